"""Stock administration of the protocol. Tickets and their history are changed by the desk's verbs alone."""

from typing import Any

from django.contrib import admin

from escalations.models import Calendar, ChecklistLine, ProtocolText, Severity


@admin.register(Severity)
class SeverityAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "response_target", "resolution_target", "update_every", "step"]


@admin.register(Calendar)
class CalendarAdmin(admin.ModelAdmin):
    list_display = ["name", "timezone", "default"]

    def save_model(self, request: Any, obj: Calendar, form: Any, change: bool) -> None:
        if change:
            obj.revise()
        else:
            obj.save()


@admin.register(ChecklistLine)
class ChecklistLineAdmin(admin.ModelAdmin):
    list_display = ["order", "action"]


@admin.register(ProtocolText)
class ProtocolTextAdmin(admin.ModelAdmin):
    list_display = ["section", "order", "title"]
    list_filter = ["section"]
