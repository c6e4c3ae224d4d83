"""The messages that customers get (Escalation Protocol, section 6)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from templates_app.placeholders import validate_wording


class CommunicationTemplate(models.Model):
    """Wording with `{{placeholders}}` that are substituted, never executed.

    `fields` lists what the writer fills in: [{"name", "label", "required"}]; the rest comes from the ticket.
    """

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    severities = models.JSONField(_("severities"), default=list, blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("body"))
    fields = models.JSONField(_("fields"), default=list, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("communication template")
        verbose_name_plural = _("communication templates")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """An unknown placeholder is refused here, not when a customer waits for the message."""
        errors: dict[str, Any] = {}
        for name in ("subject", "body"):
            try:
                validate_wording(getattr(self, name))
            except ValidationError as error:
                errors[name] = error
        if errors:
            raise ValidationError(errors)
