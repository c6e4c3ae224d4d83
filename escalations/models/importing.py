"""Issues brought over from another helpdesk."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ImportBatch(models.Model):
    """A file of issues, or what a program sent, and how far it has come.

    `rows` are what was read, [[row, {column: text}]], until they are brought over; `problems` [{"row", "field",
    "what"}]; `options` what stands for what: {"columns", "severities", "statuses", "zone", "make_customers"}. `state`
    goes checking → checked → running → done, or stops at failed. A dry run ends at checked. `done` rows of `total` are
    behind it, of which it `added` some, and `known` ones were here already: rows are known by their `external_id`.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    source = models.CharField(_("brought over from"), max_length=40)
    name = models.CharField(_("file"), max_length=120, blank=True)
    rows = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    options = models.JSONField(default=dict, db_default={})
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.CHECKING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey("contacts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                name="import_state", condition=Q(state__in=["checking", "checked", "running", "done", "failed"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.pk}"
