"""Where a mail belongs. Decided from the signed reply address, then from the Message-IDs that it answers, then from who
sent it; never from its subject. Whatever is not certain waits for a person, with the reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.utils.translation import gettext as _

from contacts.models import Customer
from escalations.actors import Actor
from escalations.inbound import people
from escalations.models import Ticket
from escalations.models.ticket import primary_key_of
from templates_app.inbound import automatic, reply_address
from templates_app.inbound.reading import Letter
from templates_app.inbound.trust import why_untrusted
from templates_app.models import InboundMail, Notification
from templates_app.post import domain

Does = Literal["note", "reply", "open", "ignore", "wait"]
AN_HOUR = timedelta(hours=1)
TO_CUSTOMERS = ("customer", "call")  # kinds whose names people outside know
OPENED_AN_HOUR, OPENED_FOR_ONE = 10, 30  # by one sender, for one customer; more is a machine


@dataclass(frozen=True)
class Route:
    """`reason` is told to people: why it was ignored, or why it waits."""

    does: Does
    reason: str = ""
    ticket: Ticket | None = None
    customer: Customer | None = None
    by: Actor | None = None


def route(letter: Letter, at: datetime) -> Route:
    """What is to be done with this mail. Reads, and changes nothing."""
    if why := automatic.why_ignored(letter):
        return Route("ignore", why)
    if why := _unreadable(letter) or why_untrusted(letter):
        return Route("wait", why)
    return _answer(letter) or _new(letter, at)


def _unreadable(letter: Letter) -> str:
    match letter.problem:
        case "large":
            return _("It is larger than 25 MB. Only its head was kept: ask for a link instead.")
        case "parts":
            return _("It has more parts, or more lines, than anybody would write.")
        case "broken":
            return _("It is broken: only a part of it could be read.")
    return "" if letter.sender else _("It does not say clearly who sent it.")


# --- an answer to something ------------------------------------------------------------------------------------------


def _answer(letter: Letter) -> Route | None:
    signed = reply_address.found_in(letter.to)
    mine = {each.about for each in signed if each.is_of(letter.sender)}
    if len(mine) > 1:
        return Route("wait", _("It answers several issues at once: %(numbers)s.") % {"numbers": ", ".join(mine)})
    if mine:
        token = next(each for each in signed if each.is_of(letter.sender))
        ticket = _ticket(token.about)
        return _by_address(letter, ticket, token.side) if ticket else _gone(token.about)
    answered = _answered(letter, {each.about for each in signed})
    if signed and (answered is None or answered.does == "wait"):
        return Route("wait", _("The reply address was made for somebody else, or made up."))
    return answered


def _by_address(letter: Letter, ticket: Ticket, side: str) -> Route:
    """The mail's sender is whom the reply address was made for. What the mail to them was decides what theirs is."""
    colleague = people.colleague(letter.sender)
    if colleague:
        return _note(colleague, ticket)
    if side == reply_address.INSIDE:
        return Route("wait", _("%(who)s is none of us any more.") % {"who": letter.sender})
    return Route("reply", ticket=ticket, by=people.outsider(letter, ticket.customer))


def _answered(letter: Letter, numbers: set[str]) -> Route | None:
    """By what it answers: a mail of ours, or one that was filed. `numbers`: those that a reply address named."""
    found = _from_references(letter)
    if found is None:
        return None
    about, is_secret = found
    ticket = _ticket(about)
    if ticket is None or (numbers and about not in numbers):
        return _gone(about)
    if people.is_of_the_customer(letter.sender, ticket):
        return Route("reply", ticket=ticket, by=people.outsider(letter, ticket.customer))
    colleague = people.colleague(letter.sender)
    if colleague and is_secret:
        return _note(colleague, ticket)
    words = {"number": about, "who": letter.sender}
    return Route("wait", _("It answers a mail about %(number)s, and nobody there knows %(who)s.") % words)


def _from_references(letter: Letter) -> tuple[str, bool] | None:
    """The issue's number, and whether only one of us can know what it names. The root of an issue's thread can be
    guessed, and what went to the customer is theirs to name; what else is in the outbox cannot be guessed."""
    ours = [name for name, _at, host in (each.rpartition("@") for each in letter.references) if host == domain()]
    found = Notification.objects.filter(idem__in=ours).exclude(about="").values_list("idem", "about", "kind")
    sent = {idem: (about, kind) for idem, about, kind in found}
    if known := next((sent[name] for name in ours if name in sent), None):
        return known[0], known[1] not in TO_CUSTOMERS
    filed = InboundMail.objects.filter(message_id__in=letter.references).exclude(about="")
    if about := filed.values_list("about", flat=True).first():
        return about, False
    root = next((name.upper() for name in ours if primary_key_of(name)), "")
    return (root, False) if root else None


def _note(colleague: people.Colleague, ticket: Ticket) -> Route:
    if not colleague.may_write:
        return Route("wait", _("%(who)s may only read.") % {"who": colleague.actor.name})
    return Route("note", ticket=ticket, by=colleague.actor)


def _ticket(number: str) -> Ticket | None:
    """Of a merged issue the one where work goes on."""
    ticket = Ticket.objects.select_related("customer", "merged_into").filter(pk=primary_key_of(number)).first()
    for _step in range(5):
        if ticket is None or ticket.merged_into is None:
            break
        ticket = Ticket.objects.select_related("customer", "merged_into").get(pk=ticket.merged_into.pk)
    return ticket


def _gone(number: str) -> Route:
    return Route("wait", _("It answers %(number)s, which does not fit.") % {"number": number})


# --- something new ---------------------------------------------------------------------------------------------------


def _new(letter: Letter, at: datetime) -> Route:
    if people.colleague(letter.sender):
        return Route("wait", _("One of us wrote: for which customer is it?"))
    customers = people.customers_of(letter.sender)
    if not customers:
        return Route("wait", _("Nobody here knows %(who)s.") % {"who": letter.sender})
    if len(customers) > 1:
        names = ", ".join(each.name for each in customers)
        return Route("wait", _("Several customers have this sender: %(names)s.") % {"names": names})
    customer = customers[0]
    if customer.is_churned:
        return Route("wait", _("%(name)s is no customer any more.") % {"name": customer.name}, customer=customer)
    if number := _named(letter, customer):
        words = {"number": number}
        return Route("wait", _("Its subject names %(number)s, but it answers none of our mails.") % words)
    recent = Ticket.objects.filter(reported_at__gt=at - AN_HOUR, untriaged=True)
    if recent.filter(customer=customer).count() >= OPENED_FOR_ONE:
        return Route("wait", _("Mail has opened %(n)s issues for them within an hour.") % {"n": OPENED_FOR_ONE})
    if recent.filter(reporter_email__iexact=letter.sender).count() >= OPENED_AN_HOUR:
        return Route("wait", _("The same sender has opened %(n)s issues within an hour.") % {"n": OPENED_AN_HOUR})
    return Route("open", customer=customer, by=people.outsider(letter, customer))


def _named(letter: Letter, customer: Customer) -> str:
    """An issue of theirs that the subject names: worth a question, never an answer."""
    for word in letter.subject.upper().replace("[", " ").replace("]", " ").replace(":", " ").split():
        key = primary_key_of(word) if word.startswith("ESC-") else 0
        if key and Ticket.objects.filter(pk=key, customer=customer).exists():
            return word
    return ""
