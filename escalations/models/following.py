"""Who follows an issue, when they last looked, and which lists they keep."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Watch(models.Model):
    """Somebody wants to hear what becomes of a ticket without working on it."""

    ticket = models.ForeignKey("escalations.Ticket", on_delete=models.CASCADE, related_name="watches")
    user = models.ForeignKey("contacts.User", on_delete=models.CASCADE, related_name="watches")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="watch_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.ticket_id}"


class Visit(models.Model):
    """When somebody last looked at a ticket: what happened since is news to them."""

    ticket = models.ForeignKey("escalations.Ticket", on_delete=models.CASCADE, related_name="visits")
    user = models.ForeignKey("contacts.User", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "ticket"], name="visit_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.ticket_id}"


class SavedView(models.Model):
    """A list under a name. `path` is the page, `query` its filters as they stand in the address."""

    owner = models.ForeignKey("contacts.User", on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    path = models.CharField(max_length=60)
    query = models.CharField(max_length=600, blank=True)
    shared = models.BooleanField(_("everybody sees it"), default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_view_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path
