"""What people decide about a mail that waited. Each decision is made once: of two people the second is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.customer_contacts import add_contact
from contacts.models import Customer, User
from escalations.actors import Actor
from escalations.errors import NotAllowed
from escalations.inbound import filing, people
from escalations.models import Ticket
from templates_app.inbound.reading import Letter
from templates_app.inbound.store import letter_of
from templates_app.models import InboundMail

State = InboundMail.State
NOTE, REPLY = "note", "reply"


def file_to(mail: InboundMail, ticket: Ticket, *, how: str, by: User, at: datetime) -> Ticket:
    """As the customer's answer, which resumes their clocks; or as a note of whoever decides. Raises NotAllowed."""

    def carry_out(letter: Letter) -> Ticket:
        if how == REPLY:
            writer = people.outsider(letter, ticket.customer)
            return filing.add_to(ticket, letter, writer, at, verb="customer_replies")
        before = _("Mail from %(who)s:") % {"who": people.outsider(letter).name}
        return filing.add_to(ticket, letter, Actor.of(by), at, verb="note", before=f"{before}\n\n")

    with _decided(mail, by, at) as row:
        filing.settle(row, State.FILED, ticket=carry_out(letter_of(row)))
    return ticket


def open_for(mail: InboundMail, customer: Customer, *, by: User, at: datetime, known: bool = False) -> Ticket:
    """A new issue, not triaged. `known`: its sender becomes a contact of the customer. Raises NotAllowed."""
    with _decided(mail, by, at) as row:
        letter = letter_of(row)
        if known:
            _make_known(letter, customer, by, at)
        ticket = filing.open_issue(letter, customer, people.outsider(letter, customer), at)
        filing.settle(row, State.FILED, ticket=ticket)
    return ticket


def discard(mail: InboundMail, *, by: User, at: datetime) -> None:
    with _decided(mail, by, at) as row:
        row.state = State.DISCARDED


def take_back(mail: InboundMail, *, by: User, at: datetime) -> None:
    """What was discarded or ignored waits again, as long as all of it is still there."""
    with _decided(mail, by, at, of=(State.DISCARDED, State.IGNORED)) as row:
        row.state = State.QUARANTINED
        row.decided_at, row.decided_by = None, ""


def _make_known(letter: Letter, customer: Customer, by: User, at: datetime) -> None:
    if not letter.sender or people.known_name(letter.sender, customer):
        return
    name = (letter.sender_name or letter.sender.partition("@")[0])[:120]
    try:
        with transaction.atomic():
            add_contact(customer=customer, values={"name": name, "email": letter.sender}, by=by, at=at)
    except ValidationError as error:
        raise NotAllowed("open", " ".join(error.messages)) from None


@contextmanager
def _decided(
    mail: InboundMail, by: User, at: datetime, *, of: tuple[str, ...] = (State.QUARANTINED,)
) -> Iterator[InboundMail]:
    with transaction.atomic():
        row = InboundMail.objects.select_for_update().get(pk=mail.pk)
        if row.state not in of or row.raw is None:
            raise NotAllowed("decide", _why_not(row))
        row.decided_at, row.decided_by = at, by.name[:160]
        yield row
        row.save()


def _why_not(row: InboundMail) -> str:
    if row.raw is None and not row.about:
        return _("This mail was put aside more than a month ago: its words are still here, its files are gone.")
    if row.decided_by:
        return _("%(who)s has decided already: it is “%(state)s”.") % {
            "who": row.decided_by,
            "state": row.get_state_display(),
        }
    return _("This is decided already: it is “%(state)s”.") % {"state": row.get_state_display()}
