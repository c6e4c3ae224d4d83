"""The verbs about the files of an issue: add some, take one away."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from contacts.models import User
from escalations.actors import Actor
from escalations.enums import EventKind
from escalations.errors import Invalid, NotAllowed

from .turn import turn

if TYPE_CHECKING:
    from escalations.models.attachment import Attachment


class FileVerbs:
    """Part of Ticket."""

    def attach(self: Any, *, files: Sequence[uuid.UUID], by: Actor | User, at: datetime, shared: bool = False) -> None:
        """Uploads of `by` that waited for their form become the ticket's. Sent twice, they are added once."""
        from escalations.models.attachment import Attachment

        actor = Actor.of(by)
        with turn(self, "attach", at) as case:
            found = list(Attachment.objects.select_for_update().filter(key__in=files))
            added = [row for row in found if row.ticket_id is None and row.uploaded_by == actor.user]
            here = [row for row in found if row.ticket_id == self.pk]
            if len(added) + len(here) < len(set(files)):
                raise Invalid(files=_("One of the files is no longer there. Add it again."))
            if not added:
                return
            _check_room(case.ticket, added)
            Attachment.objects.filter(pk__in=[row.pk for row in added]).update(ticket=case.ticket, shared=shared)
            case.record(EventKind.ATTACHED, by=actor, files=[_fact(row) for row in added], shared=shared)

    def remove_file(self: Any, *, file: uuid.UUID, by: Actor | User, at: datetime) -> None:
        """Take a file away for good. That it was there stays on record. Raises NotAllowed for somebody else's file."""
        from escalations.attachments import delete_file, may_remove

        actor = Actor.of(by)
        with turn(self, "remove_file", at) as case:
            row = self.attachments.select_for_update().filter(key=file).first()
            if row is None:
                raise Invalid(file=_("This file is gone already."))
            if actor.user is None or not may_remove(row, actor.user):
                raise NotAllowed("remove_file", _("Whoever added a file, or a manager, can remove it."))
            case.record(EventKind.ATTACHED, by=actor, removed=_fact(row))
            row.delete()
            delete_file(row)


def _fact(row: "Attachment") -> dict[str, Any]:
    return {"key": row.key.hex, "name": row.name, "size": row.size, "type": row.content_type}


def _check_room(ticket: Any, added: Sequence["Attachment"]) -> None:
    from escalations.attachments import MEGABYTE, MOST_BYTES, MOST_FILES

    has = ticket.attachments.order_by().aggregate(files=Count("pk"), bytes=Sum("size", default=0))
    if has["files"] + len(added) > MOST_FILES:
        raise Invalid(files=_("An issue holds at most %(n)s files. Put several into one zip file.") % {"n": MOST_FILES})
    if has["bytes"] + sum(row.size for row in added) > MOST_BYTES:
        limit = {"n": MOST_BYTES // MEGABYTE}
        raise Invalid(files=_("The files of an issue may have %(n)s MB together. Share a link instead.") % limit)
