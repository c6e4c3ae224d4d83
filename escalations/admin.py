"""Stock administration of the protocol. Tickets and their history are changed by the desk's verbs alone."""

from contextlib import nullcontext
from typing import Any

from django.contrib import admin
from django.utils import timezone

from escalations.models import Calendar, ChecklistLine, ProtocolText, Severity
from escalations.protocol.force import changing


class Guarded(admin.ModelAdmin):
    """What the protocol says: whoever changes it here departs from what was signed, and the desk is told so."""

    def changeform_view(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with changing(request.user, timezone.now()) if request.method == "POST" else nullcontext():
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with changing(request.user, timezone.now()) if request.method == "POST" else nullcontext():
            return super().delete_view(request, *args, **kwargs)

    def changelist_view(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with changing(request.user, timezone.now()) if request.method == "POST" else nullcontext():
            return super().changelist_view(request, *args, **kwargs)


@admin.register(Severity)
class SeverityAdmin(Guarded):
    list_display = ["code", "name", "response_target", "resolution_target", "update_every", "step"]


@admin.register(Calendar)
class CalendarAdmin(Guarded):
    list_display = ["name", "timezone", "default"]

    def save_model(self, request: Any, obj: Calendar, form: Any, change: bool) -> None:
        if change:
            obj.revise()
        else:
            obj.save()


@admin.register(ChecklistLine)
class ChecklistLineAdmin(Guarded):
    list_display = ["order", "action"]


@admin.register(ProtocolText)
class ProtocolTextAdmin(Guarded):
    list_display = ["section", "order", "title"]
    list_filter = ["section"]
