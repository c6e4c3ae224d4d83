"""A message that has failed: the next position is told, or the next rung. Once a message, whatever comes later."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from contacts.models import Contact
from escalations import alerts
from escalations.case import Case
from escalations.enums import Cause, EventKind, Status
from escalations.journal import Journal
from escalations.leaving import leaving
from escalations.models import Escalation, Ticket
from escalations.models.ticket import primary_key_of
from escalations.site_language import site_language
from templates_app.models import Notification

TO_THE_OWNER = {"at_risk", "breach", "reminder", "assigned", "severity"}
TO_THE_CUSTOMER = "customer"
TELLS_NOBODY_ELSE = ("call", "admin", "watching", "drill", "coverage", "digest", "protocol", "account")
# A message that is itself at fault would be refused for the next person as well.
OWN_FAULT = "message"


def pass_on(message: Notification, at: datetime) -> None:
    """Mark the address if it was refused, record it, and tell whoever is next on the rung; else the next rung above.

    The administrators are told as well; of a message that is itself at fault, they alone. Runs inside the transaction
    that says that it failed.
    """
    pass_all_on([message], at)


def pass_all_on(messages: Sequence[Notification], at: datetime) -> None:
    """The same for many at once; all cases are written together."""
    with transaction.atomic():
        # The issues before the matrix, as whoever takes one does: the other way round the two could wait for each
        # other for good.
        _lock({primary_key_of(message.about) for message in messages})
        with site_language():
            _alert(messages, at)
        for message in messages:
            if message.failure == "address":
                _mark(message, at)
        mine = _not_yet(messages, at)
        _pass_on([m for m in mine if _concerns_others(m)], at)


def _concerns_others(message: Notification) -> bool:
    """Whatever the fault, the owner believes that the customer has heard."""
    if message.kind == TO_THE_CUSTOMER:
        return True
    return message.failure != OWN_FAULT and message.kind not in TELLS_NOBODY_ELSE


def refused(message: Notification, reason: str, at: datetime) -> None:
    """Their mailbox refuses, but they have another channel, which goes on with this message."""
    _turn_red(message.to_address, reason, at, since=message.created_at)
    with site_language():
        problem = _("Mail to %(name)s <%(address)s> is refused: %(reason)s")
        names = {"name": message.to_name, "address": message.to_address, "reason": reason}
        what_to_do = _("Correct the address in the contact matrix. Meanwhile another channel of theirs is used.")
        alert = alerts.Alert(f"refused.{message.to_address.lower()}", problem % names, what_to_do)
    Notification.objects.bulk_create(alerts.messages([alert], at), ignore_conflicts=True)


def shut(address: str, reason: str, at: datetime) -> None:
    """Somebody marked our mail as spam, or left the provider's list: nothing goes there any more, whatever it is. What
    they had was delivered; from now on the matrix passes them over unless another channel reaches them."""
    _turn_red(address, reason, at)
    with site_language():
        problem = _("The mail provider sends nothing to %(address)s any more: %(reason)s")
        what_to_do = _(
            "Ask them to let our mail in, have the provider take them off its list, then let them confirm a test."
        )
        alert = alerts.Alert(f"shut.{address.lower()}", problem % {"address": address, "reason": reason}, what_to_do)
    Notification.objects.bulk_create(alerts.messages([alert], at), ignore_conflicts=True)


def _not_yet(messages: Sequence[Notification], at: datetime) -> list[Notification]:
    """Those that are passed on now: of two who find the same message failed, one gets it."""
    mine = []
    for message in messages:
        if Notification.objects.filter(pk=message.pk, passed_on_at=None).update(passed_on_at=at):
            message.passed_on_at = at
            mine.append(message)
    return mine


def _pass_on(messages: Sequence[Notification], at: datetime) -> None:
    journal = Journal(at)
    cases = _cases(journal, {primary_key_of(message.about) for message in messages})
    for message in messages:
        if case := cases.get(primary_key_of(message.about)):
            _tell_others(case, message)
    for case in cases.values():
        case.plan()
    if cases:
        journal.write(list(cases.values()))
    for case in cases.values():
        case.ticket.save()


def _cases(journal: Journal, keys: set[int]) -> dict[int, Case]:
    """These tickets, locked, each in hand."""
    cases = {}
    for ticket in _lock(keys):
        clocks = list(ticket.clocks.filter(stopped_at=None).select_related("calendar").order_by("pk"))
        for clock in clocks:
            clock.ticket = ticket
        cases[ticket.pk] = Case(journal, ticket, clocks, ticket.spans())
    return cases


def _lock(keys: set[int]) -> list[Ticket]:
    """In the order of their keys. Without joins: see `turn.lock`."""
    return list(Ticket.objects.select_for_update().filter(pk__in=keys).order_by("pk")) if keys else []


def _tell_others(case: Case, message: Notification) -> None:
    case.record(
        EventKind.UNREACHABLE,
        level=message.level,
        to=message.to_name,
        address=message.to_address,
        reason=message.reason,
        how=message.failure,
    )
    if message.kind == TO_THE_CUSTOMER:
        _tell_owner(case, message)
        return
    if message.kind in TO_THE_OWNER:
        _stand_in(case, message)
    for escalation in Escalation.objects.filter(pk__in=message.context.get("escalations", []), ended_at=None):
        if case.still_asks(escalation):
            case.next_position(escalation, cause=Cause.UNREACHABLE)
        elif case.ticket.status == Status.WAITING:
            # They never heard; when the customer has answered, whoever stands there then is told.
            escalation.notified_at = None
            escalation.save(update_fields=["notified_at"])


def _tell_owner(case: Case, message: Notification) -> None:
    """The customer did not hear what the owner wrote: no other address is guessed, the owner calls or corrects it."""
    reason = f"{message.to_name} <{message.to_address}>: {message.reason}"
    case.tell(case.owner_recipient(), "returned", reason=reason)


def _stand_in(case: Case, message: Notification) -> None:
    """What the owner should have read goes to whoever stands on level 1."""
    tried = {message.to_address.lower()}
    other = case.journal.matrix.who("1", case.ticket.team_id, exclude=tried).recipient
    if other is None or message.idem.endswith(".instead"):
        case.alert_unowned()
        return
    case.journal.messages.append(
        Notification(
            idem=f"{message.idem}.instead",
            kind=message.kind,
            about=message.about,
            contact_id=other.contact_id,
            user_id=other.user_id,
            level="1",
            to_name=other.name,
            to_address=other.email,
            time_zone=other.time_zone,
            urgent=message.urgent,
            late=message.late,
            context=message.context | {"rung": other.title, "to_title": other.title},
            due_at=message.due_at,
            created_at=case.at,
            **leaving(
                other,
                case.at,
                severity=case.ticket.severity_id,
                escalates=message.urgent,
                goes_through=message.urgent,
            ),
        )
    )


def _mark(message: Notification, at: datetime) -> None:
    """Unless the address was proved after the message had left: then what came back is old news."""
    _turn_red(message.to_address, message.reason, at, since=message.sent_at or message.created_at)


def _turn_red(address: str, reason: str, at: datetime, since: datetime | None = None) -> None:
    """Wherever this address stands in the matrix, until somebody proves or corrects it."""
    here = Q(email__iexact=address) | Q(email="", user__email__iexact=address)
    contacts = Contact.objects.filter(here, unreachable_since=None)
    if since:
        contacts = contacts.exclude(proved_at__gt=since)
    contacts.update(unreachable_since=at, unreachable_reason=reason[:300])


def _alert(messages: Sequence[Notification], at: datetime) -> None:
    told = [_alert_about(message) for message in messages if message.kind != "admin"]
    if told:
        Notification.objects.bulk_create(alerts.messages(told, at), ignore_conflicts=True)


def _alert_about(message: Notification) -> alerts.Alert:
    names = {
        "name": message.to_name,
        "address": message.to_address,
        "number": message.about,
        "reason": message.reason,
    }
    problem = _("A message to %(name)s <%(address)s> about %(number)s could not be delivered: %(reason)s") % names
    if message.failure == OWN_FAULT:
        what_to_do = _("The mail server refused the message itself. Call them, and look at the mail server’s log.")
    elif message.failure == "unproved":
        problem = _("A message to %(name)s <%(address)s> about %(number)s is not delivered: %(reason)s") % names
        what_to_do = _("Look at the mail server. The message goes on being tried; whoever stands next was told.")
    elif message.kind == TO_THE_CUSTOMER:
        what_to_do = _("Whoever owns the issue was told to reach the customer by another way.")
    else:
        what_to_do = _("Correct the address in the contact matrix, or call them. Whoever stands next was told.")
    return alerts.Alert(f"undelivered.{message.failure}.{message.to_address}", problem, what_to_do, message.about)
