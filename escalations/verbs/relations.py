"""The issues around an issue: linked, merged, tagged."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from contacts.models import User
from escalations import copies, tags
from escalations.actors import Actor
from escalations.enums import EventKind
from escalations.errors import Invalid, NotAllowed
from escalations.models.attachment import Attachment
from escalations.models.following import Watch
from escalations.models.relation import LinkKind, TicketLink

from .customer import end_pause, stop_clock
from .turn import lock, turn

if TYPE_CHECKING:
    from escalations.case import Case


class RelationVerbs:
    """Part of Ticket."""

    def link(self: Any, *, other: Any, kind: str, by: Actor | User, at: datetime) -> None:
        """This issue is related to, a duplicate of, or a relapse of `other`. Both of them record it.

        Raises Invalid for itself, for a kind that does not exist, and where the two are linked already.
        """
        if other.pk == self.pk:
            raise Invalid(other=_("An issue cannot be linked to itself."))
        if kind not in LinkKind.values:
            raise Invalid(kind=_("Choose how they belong together."))
        actor = Actor.of(by)
        with both(self, other):
            if (link := _between(self, other)) is not None:
                raise Invalid(
                    other=_("They are linked already: %(first)s is “%(kind)s” %(second)s.")
                    % {"first": link.ticket.number, "kind": link.get_kind_display(), "second": link.other.number}
                )
            with turn(self, "link", at) as case:
                TicketLink.objects.create(ticket=case.ticket, other=other, kind=kind, by=actor.user, at=case.at)
                case.record(EventKind.LINKED, by=actor, other=other.number, how=kind)
            with turn(other, "link", at) as case:
                case.record(EventKind.LINKED, by=actor, other=self.number, how=kind, backwards=True)

    def unlink(self: Any, *, other: Any, by: Actor | User, at: datetime) -> None:
        """They no longer belong together, whichever way they were linked."""
        actor = Actor.of(by)
        with both(self, other):
            link = _between(self, other)
            if link is None:
                raise NotAllowed("unlink", _("They are not linked any more."))
            link.delete()
            for one, two in ((self, other), (other, self)):
                with turn(one, "unlink", at) as case:
                    case.record(EventKind.LINKED, by=actor, other=two.number, how=link.kind, gone=True)

    def merge(self: Any, *, into: Any, reason: str, by: Actor | User, at: datetime) -> None:
        """This issue is a duplicate of `into`: it is closed without a verdict, and what it holds goes over there.

        Files, watchers, calls to come, the customer's addresses and the description go to `into`; everybody on this
        ladder hears that it is over. `reopen` takes it out again; what went over stays over there.
        """
        if not reason.strip():
            raise Invalid(reason=_("Say why these two are the same issue."))
        _check_target(self, into)
        actor = Actor.of(by)
        with both(self, into):
            self.refresh_from_db()
            into.refresh_from_db()
            _check_target(self, into)
            with turn(self, "merge", at) as case:
                _close_as_duplicate(case, into, actor, reason.strip())
            with turn(into, "absorb", at) as case:
                _absorb(case, self, actor, reason.strip())

    def retag(
        self: Any, *, by: Actor | User, at: datetime, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> None:
        """Add and take away tags; `Tag` and `tag` are one. Raises Invalid for one that is too long, or too many."""
        with turn(self, "retag", at) as case:
            ticket = case.ticket
            before = list(ticket.tags)
            gone = {tags.key(tag) for tag in remove}
            ticket.tags = tags.normalised([*(tag for tag in before if tags.key(tag) not in gone), *add])
            if ticket.tags != before:
                case.record(EventKind.EDITED, by=Actor.of(by), changes={"tags": [before, ticket.tags]})


@contextmanager
def both(one: Any, other: Any) -> Iterator[None]:
    """Both tickets, locked, the lower number first: two verbs that meet cannot wait for each other."""
    with transaction.atomic():
        for ticket in sorted((one, other), key=lambda ticket: ticket.pk):
            lock(ticket)
        yield


def _between(one: Any, other: Any) -> TicketLink | None:
    pair = [one.pk, other.pk]
    links = TicketLink.objects.select_related("ticket", "other").filter(ticket__in=pair, other__in=pair)
    return links.first()


def _check_target(ticket: Any, into: Any) -> None:
    if into.pk == ticket.pk:
        raise Invalid(into=_("An issue cannot be merged into itself."))
    if into.customer_id != ticket.customer_id:
        raise Invalid(into=_("%(number)s belongs to another customer. Link the two instead.") % {"number": into.number})
    if into.merged_into_id:
        raise Invalid(
            into=_("%(number)s was itself merged into %(into)s. Merge into that one.")
            % {"number": into.number, "into": into.merged_into.number}
        )
    if not into.is_open:
        raise Invalid(
            into=_("%(number)s is “%(status)s”. Reopen it first, or link the two instead.")
            % {"number": into.number, "status": into.get_status_display()}
        )
    from escalations.sight import against_merging

    if why := against_merging(ticket, into):
        raise Invalid(into=why)


def _close_as_duplicate(case: "Case", into: Any, actor: Actor, reason: str) -> None:
    ticket = case.ticket
    end_pause(case)
    for clock in case.clocks:
        if not clock.stopped_at:
            stop_clock(case, clock, judged=False)
    # What is closed has been answered, say the constraints; the clocks have no verdict.
    ticket.acknowledged_at = ticket.acknowledged_at or case.at
    ticket.resolved_at = ticket.closed_at = case.at
    ticket.held_until = None
    ticket.merged_into = into
    case.record(EventKind.MERGED, by=actor, text=reason, into=into.number)
    case.stand_down(by=actor, kind="merged", reason=into.number)


def _absorb(case: "Case", duplicate: Any, actor: Actor, reason: str) -> None:
    target = case.ticket
    Attachment.objects.filter(ticket=duplicate.pk).update(ticket=target.pk)
    duplicate.calls.filter(starts_at__gt=case.at, cancelled_at=None).update(ticket=target.pk)
    there = Watch.objects.filter(ticket=target.pk).values_list("user_id", flat=True)
    going = Watch.objects.filter(ticket=duplicate.pk).exclude(user__in=list(there))
    if target.confidential:
        going = going.filter(user__in=target.access.values("user"))
    going.update(ticket=target.pk)
    target.cc = _joined_copies(target, duplicate)
    case.record(EventKind.MERGED, by=actor, text=reason, duplicate=duplicate.number)
    about = f"{duplicate.number} {duplicate.subject}"
    case.record(EventKind.NOTE, by=actor, text="\n\n".join(filter(None, (about, duplicate.description))))


def _joined_copies(target: Any, duplicate: Any) -> list[str]:
    """The duplicate's people hear from now on what the target's hear; never more addresses than one may give."""
    known = {target.reporter_email.lower()}
    joined: list[str] = []
    for address in (*target.cc, duplicate.reporter_email, *duplicate.cc):
        if address and address.lower() not in known:
            known.add(address.lower())
            joined.append(address)
    return joined[: copies.MOST]
