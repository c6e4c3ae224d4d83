"""Stock administration of the wording for customers. The editor under /templates/ does it better."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from templates_app.editor.saving import create_template, save_template
from templates_app.editor.wording import cleaned
from templates_app.models import CommunicationTemplate

PARTS = ("name", "severities", "subject", "body", "fields")


@admin.register(CommunicationTemplate)
class TemplateAdmin(admin.ModelAdmin):
    """Saves as the editor does, with a version. Archiving and deleting are the editor's."""

    fields = ("slug", *PARTS)

    def get_readonly_fields(self, request: HttpRequest, obj: CommunicationTemplate | None = None) -> Any:
        return ("slug",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: CommunicationTemplate | None = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)

        class Checked(form):  # type: ignore[misc, valid-type]
            def clean(self) -> Any:
                given = super().clean()
                try:
                    cleaned({name: given[name] for name in PARTS if name in given} | _absent(given))
                except (ValidationError, TypeError, KeyError, AttributeError) as error:
                    raise ValidationError(getattr(error, "messages", None) or str(error)) from None
                return given

        return Checked

    def save_model(self, request: HttpRequest, obj: CommunicationTemplate, form: Any, change: bool) -> None:
        wording = {name: getattr(obj, name) for name in PARTS}
        by, at = request.user.name, timezone.now()  # type: ignore[union-attr]
        if change:
            save_template(template=obj, wording=wording, by=by, at=at)
        else:
            obj.pk = create_template(slug=obj.slug, wording=wording, by=by, at=at).pk


def _absent(given: dict[str, Any]) -> dict[str, Any]:
    """Fields that the form has refused already are not judged twice."""
    harmless = {"name": "x", "severities": [], "subject": "x", "body": "x", "fields": []}
    return {name: harmless[name] for name in PARTS if name not in given}
