"""Files that belong to an issue. They lie outside what the web server serves and are handed out as downloads."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# What a browser draws, and what a list may load for its little pictures.
IMAGES, SMALL = ("image/png", "image/jpeg", "image/gif", "image/webp"), 1024 * 1024


def where(attachment: "Attachment", _name: str) -> str:
    """Never by the name that somebody gave it."""
    return f"attachments/{attachment.key.hex[:2]}/{attachment.key.hex}"


class Attachment(models.Model):
    """A file of a ticket; without one it is an upload whose form has not been sent yet.

    `content_type` is what the bytes say, not what the sender said. `shared`: the customer may fetch it, too.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    ticket = models.ForeignKey(
        "escalations.Ticket", null=True, blank=True, on_delete=models.CASCADE, related_name="attachments"
    )
    file = models.FileField(upload_to=where, max_length=120)
    name = models.CharField(_("file name"), max_length=160)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    shared = models.BooleanField(_("the customer may fetch it"), default=False)
    uploaded_by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded at"))

    class Meta:
        ordering = ["uploaded_at", "pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [models.Index(fields=["uploaded_at"], name="attachment_waiting", condition=Q(ticket=None))]

    def __str__(self) -> str:
        return self.name

    @property
    def is_small_image(self) -> bool:
        """A picture that is light enough to be its own thumbnail."""
        return self.content_type in IMAGES and self.size <= SMALL
