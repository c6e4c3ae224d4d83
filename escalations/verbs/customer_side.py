"""What the customer does: say on their own page that it works, or that it does not, and answer our mails."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from contacts.matrix import Recipient
from contacts.models import User
from escalations.actors import Actor
from escalations.enums import EventKind
from escalations.errors import Invalid
from templates_app import plain

from .customer import end_pause, reopen_case
from .told import let_go
from .turn import turn

if TYPE_CHECKING:
    from escalations.case import Case

LONGEST = 4000  # characters
EXCERPT = 600  # of an answer, in a mail


class CustomerSideVerbs:
    """Part of Ticket. `by` is an outsider: somebody at the customer."""

    def customer_complains(self: Any, *, text: str, by: Actor | User, at: datetime) -> None:
        """It still does not work. A resolved or closed issue is opened again; on an open one nobody's hold lasts, the
        ladder climbs on in a step, and a wait for the customer ends. The owner is told at once, and so is everybody
        whose message was withdrawn meanwhile."""
        text = text.strip()
        if not text:
            raise Invalid(text=_("Write what does not work: it helps us look in the right place."))
        if len(text) > LONGEST:
            raise Invalid(text=_("Please keep it under %(most)s characters.") % {"most": LONGEST})
        actor = Actor.of(by)
        with turn(self, "customer_complains", at) as case:
            if case.ticket.resolved_at:
                case.record(EventKind.CUSTOMER, by=actor, text=text, what="reopened")
                reopen_case(case, actor, text)
            else:
                case.record(EventKind.CUSTOMER, by=actor, text=text, what="complaint")
                held = _end_hold(case)
                waiting = any(ends is None for _begins, ends in case.pauses)
                if waiting:
                    end_pause(case)
                if held or waiting:
                    case.tell_untold()
            case.tell(case.owner_recipient(), "complaint", reason=text, by=actor.name)

    def customer_replies(
        self: Any, *, text: str, by: Actor | User, at: datetime, mail: dict[str, Any] | None = None
    ) -> None:
        """They answered by mail. A wait for them ends; a solved issue stays solved, for a thank-you is an answer, too:
        its owner is asked whether it is one. Owner and watchers are told. `mail` is what else is kept of the mail.
        The ladder stands still: an answer is no complaint."""
        actor = Actor.of(by)
        with turn(self, "customer_replies", at) as case:
            case.record(EventKind.CUSTOMER, by=actor, text=text, what="reply", **_with(mail))
            if any(ends is None for _begins, ends in case.pauses):
                end_pause(case)
                case.tell_untold()
            words = plain.shorten(text, EXCERPT)
            case.tell(case.owner_recipient(), "reply", reason=words, by=actor.name)
            for watch in (
                case.ticket.watches.filter(user__is_active=True).exclude(user__email="").select_related("user")
            ):
                case.tell(Recipient.of_user(watch.user), "reply", reason=words, by=actor.name)

    def customer_confirms(self: Any, *, by: Actor | User, at: datetime) -> None:
        """All is well, says the customer. Saying it twice changes nothing."""
        actor = Actor.of(by)
        with turn(self, "customer_confirms", at) as case:
            if case.ticket.confirmed_at:
                return
            case.ticket.confirmed_at = case.at
            case.record(EventKind.CUSTOMER, by=actor, what="confirmed")
            case.tell(case.owner_recipient(), "confirmed", by=actor.name)


def _with(mail: dict[str, Any] | None) -> dict[str, Any]:
    return {"mail": mail} if mail else {}


def _end_hold(case: "Case") -> bool:
    """Whoever has it has it no more: the ladder waits one step, as after a climb, and goes on. False if nobody had."""
    ticket = case.ticket
    if not (ticket.taken_at or ticket.held_until):
        return False
    let_go(case)
    ticket.held_until, ticket.climbed_at = None, case.at
    return True
