"""Files of an issue: what is let in, where it waits until its form is sent, and what becomes of what nobody sent.

A file is first accepted (a row without a ticket), then adopted by the ticket when the form is sent. Both are safe to do
again. Files lie under MEDIA_ROOT by their key, never by the name that somebody gave them.
"""

import re
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

import structlog
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.models import User
from contacts.models.people import Role
from escalations import strays
from escalations.actors import Actor
from escalations.errors import Invalid
from escalations.models import Attachment, Ticket
from escalations.sniff import HEAD, kind_of
from templates_app.plain import is_blank, one_line

log = structlog.get_logger(__name__)

MEGABYTE = 1024 * 1024
LARGEST = 25 * MEGABYTE  # a file
MOST_FILES, MOST_BYTES = 20, 100 * MEGABYTE  # a ticket
MOST_WAITING = 60  # uploads of one person whose form was not sent yet
KEPT_FOR = timedelta(days=1)  # an upload that nobody sends
TIDIED_AT_ONCE = 200
LONGEST_NAME = 160


def accept(upload: UploadedFile, *, by: Actor | User, at: datetime) -> Attachment:
    """Keep an upload until its form is sent. Raises Invalid(files=…) with the reason, in words for the sender."""
    name = clean_name(upload.name or "")
    size = upload.size or 0
    if not size:
        raise Invalid(files=_("“%(name)s” is empty.") % {"name": name})
    if size > LARGEST:
        limit = {"name": name, "limit": LARGEST // MEGABYTE}
        raise Invalid(files=_("“%(name)s” is larger than %(limit)s MB. Share a link to it instead.") % limit)
    kind = kind_of(_head(upload), name)
    if kind is None:
        raise Invalid(
            files=_(
                "“%(name)s” is of a kind that could run on a colleague’s machine, or that we do not know. "
                "Put it into a zip file and add that."
            )
            % {"name": name}
        )
    return _keep(upload, name, size, kind, Actor.of(by), at)


def _keep(upload: UploadedFile, name: str, size: int, kind: str, actor: Actor, at: datetime) -> Attachment:
    if actor.user and Attachment.objects.filter(ticket=None, uploaded_by=actor.user).count() >= MOST_WAITING:
        raise Invalid(files=_("Too many files wait to be sent. Send a form, or remove some."))
    upload.seek(0)
    row = Attachment(name=name, content_type=kind, size=size, uploaded_by=actor.user, uploaded_at=at)
    row.file.save(row.key.hex, upload, save=False)
    row.save(force_insert=True)
    return row


def _head(upload: UploadedFile) -> bytes:
    upload.seek(0)
    return upload.read(HEAD)


def clean_name(name: str) -> str:
    """One line without path, control and direction marks, at most 160 characters with the ending kept."""
    name = one_line(re.split(r"[/\\]", name)[-1]).strip(" .")
    if is_blank(name):
        return _("file")
    if len(name) <= LONGEST_NAME:
        return name
    ending = PurePosixPath(name).suffix[-12:]
    return name[: LONGEST_NAME - len(ending)] + ending


def waiting(keys: Iterable[str], by: Actor | User) -> list[Attachment]:
    """Those of the keys that this person uploaded and that no ticket has yet, for showing a form again."""
    mine = Attachment.objects.filter(ticket=None, uploaded_by=Actor.of(by).user)
    return list(mine.filter(key__in=keys_of(keys)))


def keys_of(texts: Iterable[str]) -> list[uuid.UUID]:
    """The keys among these texts, each once; whatever is none is passed over."""
    found: dict[uuid.UUID, None] = {}
    for text in list(texts)[: 2 * MOST_WAITING]:
        try:
            found[uuid.UUID(str(text))] = None
        except ValueError:
            continue
    return list(found)


def adopt(ticket: Ticket, keys: Iterable[str], *, by: Actor | User, at: datetime, shared: bool = False) -> None:
    """The uploads become the ticket's, with one event. No keys: nothing happens. `shared`: the customer may fetch them.

    Raises Invalid(files=…) past the ticket's limits, or if an upload is no longer there.
    """
    wanted = keys_of(keys)
    if wanted:
        ticket.attach(files=wanted, by=by, at=at, shared=shared)


def may_remove(attachment: Attachment, user: Any) -> bool:
    """Whoever brought it, and those who run the desk."""
    return bool(user.may_work and (attachment.uploaded_by_id == user.pk or user.role in (Role.MANAGER, Role.ADMIN)))


def discard(attachment: Attachment) -> bool:
    """Delete an upload that no ticket has; False if one took it meanwhile."""
    deleted, _kinds = Attachment.objects.filter(pk=attachment.pk, ticket=None).delete()
    if deleted:
        delete_file(attachment)
    return bool(deleted)


def delete_file(attachment: Attachment) -> None:
    """Once the transaction has ended well: a row without its file is worse than a file without its row."""
    storage, name = attachment.file.storage, str(attachment.file.name)
    transaction.on_commit(lambda: _delete(storage, name))


def _delete(storage: Any, name: str) -> None:
    try:
        storage.delete(name)
    except OSError as error:
        log.warning("file stays behind", file=name, error=str(error))


def tidy(at: datetime) -> int:
    """Delete uploads that nobody sent within a day, and files without a row; at most 200 a time; how many it were."""
    old = Attachment.objects.filter(ticket=None, uploaded_at__lte=at - KEPT_FOR).order_by("uploaded_at")
    gone = sum(discard(attachment) for attachment in old[:TIDIED_AT_ONCE])
    return gone + strays.sweep_out(at, most=TIDIED_AT_ONCE - gone)
