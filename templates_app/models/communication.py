"""The messages that customers get (Escalation Protocol, section 6)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from templates_app.placeholders import validate_wording


class CommunicationTemplate(models.Model):
    """Wording with `{{placeholders}}` that are substituted, never executed.

    `fields` lists what the writer fills in: [{"name", "label", "required"}]; the rest comes from the ticket. Subject
    and body are in the site's language, a Translation has them in another. An archived one is offered no more.
    """

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    severities = models.JSONField(_("severities"), default=list, blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("body"))
    fields = models.JSONField(_("fields"), default=list, blank=True)
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("communication template")
        verbose_name_plural = _("communication templates")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("template", args=[self.slug])

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

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


class Translation(models.Model):
    """The same wording in the language of a customer (a code such as "de")."""

    template = models.ForeignKey(CommunicationTemplate, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("body"))

    class Meta:
        ordering = ["template", "language"]
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [models.UniqueConstraint(fields=["template", "language"], name="translation_once")]

    def __str__(self) -> str:
        return f"{self.template_id}: {self.language}"


class TemplateVersion(models.Model):
    """How a template read from `at` on. Kept for good. `wording` is all of it: {"name", "severities", "fields",
    "subject", "body", "translations": {language: {"subject", "body"}}}. `restored` is the number of the version that
    was taken up again."""

    template = models.ForeignKey(CommunicationTemplate, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    wording = models.JSONField()
    restored = models.PositiveIntegerField(null=True, blank=True)
    at = models.DateTimeField(_("at"))
    by_name = models.CharField(_("by"), max_length=160, blank=True)

    class Meta:
        ordering = ["template", "-number"]
        verbose_name = _("version of a template")
        verbose_name_plural = _("versions of templates")
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="template_version_once")]

    def __str__(self) -> str:
        return f"{self.template_id}: {self.number}"
