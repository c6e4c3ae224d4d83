"""Filing what has come in: one mail a transaction, in the order in which they came, each once.

Whoever dies on the way leaves the mail as it was; the care loop comes back to it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import structlog
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from contacts import reach
from contacts.models import Customer
from contacts.models.matrix import Proof
from escalations import attachments, proof
from escalations.actors import Actor
from escalations.enums import Source
from escalations.errors import Invalid, NotAllowed
from escalations.inbound import people
from escalations.inbound.routing import Route, route
from escalations.models import Severity, Ticket
from escalations.questions import Answers
from escalations.site_language import in_site_language
from escalations.triage import Decision, suggest
from templates_app import plain
from templates_app.inbound import automatic
from templates_app.inbound.reading import File, Letter
from templates_app.inbound.store import letter_of
from templates_app.models import InboundMail
from templates_app.reports import bounces

log = structlog.get_logger(__name__)

AT_ONCE = 50
LONGEST_TEXT = 20_000  # characters of a mail that stand in an issue; the rest comes as a file
LONGEST_QUOTE = 20_000
KEPT_FOR = timedelta(days=30)  # a mail that was ignored or discarded: somebody may want it back

State = InboundMail.State
UNDECIDED = [State.RECEIVED, State.QUARANTINED]  # the condition of the partial index, word for word


def file_waiting(at: datetime) -> int:
    """File what came in and was not filed yet, at most 50; how many it were. Safe to run anywhere, at once."""
    waiting = InboundMail.objects.filter(state__in=UNDECIDED).filter(state=State.RECEIVED)
    keys = list(waiting.order_by("at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(file(key, at) for key in keys)


def file(key: int, at: datetime) -> bool:
    """File this one; False if somebody else does, or the database is away. What cannot be filed waits for people."""
    try:
        return _file(key, at, route_it)
    except (OperationalError, InterfaceError):
        log.exception("mail is not filed yet", mail=key)
        return False
    except Exception:
        log.exception("mail cannot be filed", mail=key)
        return _file(key, at, _give_up)


@in_site_language
def _file(key: int, at: datetime, work: Callable[[InboundMail, datetime], None]) -> bool:
    with transaction.atomic():
        skip = connection.features.has_select_for_update_skip_locked
        mail = InboundMail.objects.select_for_update(skip_locked=skip).filter(pk=key, state=State.RECEIVED).first()
        if mail is None:
            return False
        work(mail, at)
        mail.save()
    return True


def route_it(mail: InboundMail, at: datetime) -> None:
    letter = letter_of(mail)
    if (bounce := _bounce(mail, letter)) is not None:
        then = proof.CONSEQUENCES
        bounces.apply(bounce, at, then.failed, delivered=then.delivered, opened=then.opened, shut=then.shut)
        words = _("A mail server’s report about a mail to %(to)s.")
        settle(mail, State.IGNORED, reason=words % {"to": bounce.recipient})
        return
    way = route(letter, at)
    if way.does in ("ignore", "wait"):
        settle(mail, State.IGNORED if way.does == "ignore" else State.QUARANTINED, reason=way.reason)
    else:
        settle(mail, State.FILED, ticket=carry_out(way, letter, at))


def _bounce(mail: InboundMail, letter: Letter) -> bounces.Bounce | None:
    """What a mail server says of a mail of ours; None for every other mail."""
    if letter.problem or not (automatic.is_report(letter) or letter.header("x-failed-recipients")):
        return None
    return bounces.read_bounce(message_from_bytes(bytes(mail.raw or b""), policy=default))


def _give_up(mail: InboundMail, at: datetime) -> None:
    settle(mail, State.QUARANTINED, reason=_("Filing it failed. The log of the server says why."))


def settle(mail: InboundMail, state: str, *, ticket: Ticket | None = None, reason: str = "") -> None:
    """Filed, the mail itself is no longer needed: all of it is in the issue. The caller saves."""
    mail.state, mail.reason = state, plain.shorten(reason, 300)
    mail.about = ticket.number if ticket else ""
    if state == State.FILED:
        mail.raw = None


def carry_out(way: Route, letter: Letter, at: datetime) -> Ticket:
    """Note, answer or new issue, with the mail's files."""
    assert way.by
    if way.does == "open":
        assert way.customer
        return open_issue(letter, way.customer, way.by, at)
    assert way.ticket
    ticket = add_to(way.ticket, letter, way.by, at, verb="note" if way.does == "note" else "customer_replies")
    if way.does == "note":  # after the issue was locked, see `unreachable.pass_all_on`
        reach.prove(letter.sender, Proof.ANSWERED, at)
    return ticket


def add_to(ticket: Ticket, letter: Letter, by: Actor, at: datetime, *, verb: str, before: str = "") -> Ticket:
    """As a "note" or "customer_replies". `before` stands before its words."""
    keys, refused = keep_files(letter, by, at)
    text = before + (body_of(letter) or _nothing_said(letter))
    say: Callable[..., None] = getattr(ticket, verb)
    try:
        say(text=text, by=by, at=at, mail=rest_of(letter, refused))
    except Invalid:  # it calls on a crowd
        say(text=text.replace("@", "@ "), by=by, at=at, mail=rest_of(letter, refused))
    adopt(ticket, keys, by, at)
    return ticket


def open_issue(letter: Letter, customer: Customer, by: Actor, at: datetime) -> Ticket:
    """Not triaged: the severity is what its words suggest, else the last but one."""
    keys, refused = keep_files(letter, by, at)
    severities = list(Severity.objects.select_related("calendar", "response_calendar"))
    subject = letter.subject if not plain.is_blank(letter.subject) else plain.one_line(letter.words)
    text = body_of(letter)
    found = suggest(
        severities,
        Answers(),
        subject=subject,
        description=text,
        renewal_on=customer.renewal_on,
        today=localtime(at).date(),
    )
    severity = found.severity if found else severities[max(len(severities) - 2, 0)]
    ticket = Ticket.objects.open(
        customer=customer,
        subject=plain.shorten(subject, 200) or _("Mail without a subject"),
        description=text,
        severity=severity,
        by=by,
        at=at,
        reporter_name=people.known_name(letter.sender, customer) or plain.shorten(letter.sender_name, 120),
        reporter_email=letter.sender,
        source=Source.MAIL,
        triage=Decision(Answers(), severity.code if found else ""),
        untriaged=True,
        mail=rest_of(letter, refused),
    )
    adopt(ticket, keys, by, at)
    return ticket


# --- its words -------------------------------------------------------------------------------------------------------


def body_of(letter: Letter) -> str:
    return letter.words if len(letter.words) <= LONGEST_TEXT else plain.shorten(letter.words, LONGEST_TEXT)


def rest_of(letter: Letter, refused: Sequence[str]) -> dict[str, Any]:
    """What is kept of the mail beside its new words."""
    return {
        "subject": letter.subject[:300],
        "from": letter.sender,
        "quote": plain.shorten(letter.quote, LONGEST_QUOTE),
        "refused": list(refused),
    }


def _nothing_said(letter: Letter) -> str:
    if letter.files:
        return _("(Files, without a word.)")
    return _("(A mail without a word: “%(subject)s”.)") % {"subject": plain.shorten(letter.subject, 120)}


# --- its files -------------------------------------------------------------------------------------------------------


def keep_files(letter: Letter, by: Actor, at: datetime) -> tuple[list[str], list[str]]:
    """Keys of those that are let in, and in words what became of the others."""
    files = [*letter.files]
    if len(letter.words) > LONGEST_TEXT:
        files.insert(0, File("mail.txt", letter.text.encode()))
    keys, refused = [], []
    for each in files[: attachments.MOST_FILES]:
        upload = UploadedFile(ContentFile(each.content), name=each.name or "file", size=len(each.content))
        try:
            keys.append(attachments.accept(upload, by=_nobody(by), at=at).key.hex)
        except Invalid as invalid:
            refused.append(" ".join(invalid.fields.values()))
    left_out = len(files[attachments.MOST_FILES :]) + letter.unread_files
    if left_out:
        refused.append(_("%(n)s further files were left out.") % {"n": left_out})
    return keys, refused


def adopt(ticket: Ticket, keys: list[str], by: Actor, at: datetime) -> None:
    """As many as the issue has room for, in their order; what is left over is said in a note."""
    wanted = list(keys)
    while wanted:
        try:
            with transaction.atomic():
                attachments.adopt(ticket, wanted, by=_nobody(by), at=at)
            break
        except (Invalid, NotAllowed):
            wanted.pop()
    if len(wanted) < len(keys):
        text = _("%(n)s files of a mail found no room here: an issue holds %(most)s of them, and 100 MB.")
        ticket.note(
            text=text % {"n": len(keys) - len(wanted), "most": attachments.MOST_FILES}, by=Actor.system(), at=at
        )


def _nobody(by: Actor) -> Actor:
    """The name alone: an upload of a user counts against what they may have waiting."""
    return Actor(by.name)


def tidy(at: datetime) -> int:
    """What was ignored or discarded long ago keeps its words, not its files."""
    old = InboundMail.objects.filter(state__in=[State.IGNORED, State.DISCARDED], at__lte=at - KEPT_FOR)
    keys = list(old.filter(raw__isnull=False).values_list("pk", flat=True)[:AT_ONCE])
    return InboundMail.objects.filter(pk__in=keys).update(raw=None)
