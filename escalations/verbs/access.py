"""Who may see an issue: kept confidential, opened again, shown to somebody, or shown to them no more."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from contacts.matrix import Recipient
from contacts.models import User
from escalations.actors import Actor
from escalations.enums import Confidential
from escalations.errors import Invalid, NotAllowed

from .turn import turn


class AccessVerbs:
    """Part of Ticket."""

    def make_confidential(
        self: Any, *, kind: str, by: Actor | User, at: datetime, people: Collection[User] = ()
    ) -> None:
        """From now on it is seen by the people on its list only: whoever does this, its owner, who logged it, who has
        it, who works on it, and `people`, who are told. Said again with another kind, only the kind changes."""
        from escalations import confidential

        check_kind(kind)
        check_people(people)
        actor = Actor.of(by)
        with turn(self, "make_confidential", at) as case:
            ticket = case.ticket
            if ticket.confidential == kind:
                raise Invalid(kind=_("It is confidential for this reason already."))
            before, ticket.confidential = ticket.confidential, kind
            if not before:
                close = confidential.close_to(ticket) | ({actor.user.pk} if actor.user else set())
                confidential.shut(case, close, people, actor)
            else:
                confidential.record(case, "closed", [], by=actor, why=kind, before=before)
            confidential.hush_waiting(ticket)

    def make_open(self: Any, *, by: Actor | User, at: datetime, reason: str = "") -> None:
        """It is an issue like any other again. The list stays: where teams are kept apart, it still lets people in."""
        from escalations import confidential

        with turn(self, "make_open", at) as case:
            if not case.ticket.confidential:
                raise NotAllowed("make_open", _("This issue is not confidential."))
            into = case.ticket.merged_into
            if into and into.confidential:
                raise NotAllowed("make_open", _("It was merged into a confidential issue: open that one first."))
            before, case.ticket.confidential = case.ticket.confidential, ""
            confidential.record(case, "opened", [], by=Actor.of(by), text=reason.strip(), before=before)

    def let_see(self: Any, *, user: User, by: Actor | User, at: datetime, reason: str = "") -> None:
        """Put somebody on the list; they are told. An administrator who is not on it may name themselves and nobody
        else, with a reason: it is recorded, and everybody on the list is told."""
        from escalations import confidential

        actor = Actor.of(by)
        check_people([user], "user")
        with turn(self, "let_see", at) as case:
            ticket = case.ticket
            listed = list(User.objects.filter(pk__in=ticket.access.values("user")).order_by("pk"))
            if user in listed:
                raise Invalid(user=_("%(name)s may see it already.") % {"name": user.name})
            is_outside = bool(ticket.confidential and actor.user and actor.user not in listed)
            if is_outside:
                _check_outsider(actor, user, reason)
            confidential.name(ticket, {user.pk}, by=actor.user, at=case.at)
            confidential.record(case, "let_self" if is_outside else "let", [user], by=actor, text=reason.strip())
            kind, told = ("access_self", listed) if is_outside else ("access", [user])
            for each in told:
                if each.is_active and each.email:
                    case.tell_unless(Recipient.of_user(each), kind, actor, by=actor.name, reason=reason.strip())

    def unlet_see(self: Any, *, user: User, by: Actor | User, at: datetime) -> None:
        """Take somebody off the list. Not its owner, who has it or its team, who could not work then, and not
        oneself: somebody is always left who may see it."""
        from escalations import confidential

        actor = Actor.of(by)
        with turn(self, "unlet_see", at) as case:
            if user.pk in (case.ticket.owner_id, case.ticket.taken_by_id):
                raise Invalid(user=_("%(name)s works on it: give it to somebody else first.") % {"name": user.name})
            if case.ticket.responders.filter(user=user, left_at=None).exists():
                raise Invalid(user=_("%(name)s is on its team: take them off the team first.") % {"name": user.name})
            if actor.user and user.pk == actor.user.pk:
                raise Invalid(user=_("You cannot take yourself off. Ask somebody else who may see it."))
            gone, _kinds = case.ticket.access.filter(user=user).delete()
            if not gone:
                raise Invalid(user=_("%(name)s is not on the list any more.") % {"name": user.name})
            confidential.record(case, "unlet", [user], by=actor)
            if case.ticket.confidential:
                case.ticket.watches.filter(user=user).delete()
                confidential.hush_waiting(case.ticket)


def check_kind(kind: str) -> None:
    if kind not in Confidential.values:
        raise Invalid(kind=_("Say why it is confidential."))


def check_people(people: Collection[User], field: str = "people") -> None:
    for user in people:
        if not user.is_active:
            raise Invalid(**{field: _("%(name)s has no account that works.") % {"name": user.name}})


def _check_outsider(actor: Actor, user: User, reason: str) -> None:
    assert actor.user
    if not actor.user.may_configure or user.pk != actor.user.pk:
        raise NotAllowed("let_see", _("Only somebody who may see it can let others see it."))
    if not reason.strip():
        raise Invalid(reason=_("Say why you have to see it. Everybody on its list is told."))
