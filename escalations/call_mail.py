"""The mails around a call: plain words for people, a calendar part for their calendars."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from contacts.models import User
from escalations.invitations import CANCEL, REQUEST, invitation
from escalations.site_language import in_site_language
from templates_app import plain
from templates_app.desk_name import organisation
from templates_app.models import Notification
from templates_app.seal import seal

if TYPE_CHECKING:
    from escalations.case import Case
    from escalations.models import CustomerCall

SUBJECT = 150


@in_site_language
def invite(case: "Case", call: "CustomerCall", people: Iterable[dict[str, str]]) -> None:
    """The invitation, or the changed one, to each of these people."""
    subject = _("Changed: %(title)s") if call.sequence else _("Invitation: %(title)s")
    _send(case, call, people, REQUEST, subject)


@in_site_language
def call_off(case: "Case", call: "CustomerCall", people: Iterable[dict[str, str]]) -> None:
    _send(case, call, people, CANCEL, _("Cancelled: %(title)s"))


def moment(at: datetime, zone: str = "") -> str:
    """An instant with its zone: the person's own, else the site's."""
    local = timezone.localtime(at, ZoneInfo(zone or settings.TIME_ZONE))
    return f"{date_format(local, 'l j F Y, H:i')} {local.tzname()}"


def _send(case: "Case", call: "CustomerCall", people: Iterable[dict[str, str]], method: str, subject: str) -> None:
    people = list(people)
    if not people:
        return
    # One object for everybody who is told the same, so that all see who else is invited.
    ics = invitation(call, method, case.at, people)
    known = User.objects.annotate(lower=Lower("email")).filter(lower__in=[person["email"] for person in people])
    users = {user.email.lower(): user for user in known}
    for person in people:
        user = users.get(person["email"])
        case.journal.messages.append(
            Notification(
                idem=f"call.{call.uid.hex}.{call.sequence}.{method.lower()}.{_short(person['email'])}",
                kind="call",
                about=case.ticket.number,
                user_id=user.pk if user else None,
                to_name=person["name"],
                to_address=person["email"],
                time_zone=user.time_zone if user else "",
                urgent=True,
                context={"number": case.ticket.number, "invitation": {"method": method, "ics": ics}},
                subject=plain.shorten(plain.one_line(subject % {"title": call.title}), SUBJECT),
                text=_words(case, call, method, user.time_zone if user else ""),
                due_at=case.at,
                created_at=case.at,
                next_try_at=case.at,
            )
        )


def _short(email: str) -> str:
    """Tells addresses apart, however long they are."""
    return seal(email)


def _words(case: "Case", call: "CustomerCall", method: str, zone: str) -> str:
    """Customers read this, too: nothing that is known only to the desk."""
    ends = moment(call.starts_at + timedelta(minutes=call.minutes), zone)
    when = f"{moment(call.starts_at, zone)} – {ends.partition(', ')[2]}"
    lines = [_("This call is called off."), ""] if method == CANCEL else []
    lines += [call.title, "", _("When: %(when)s") % {"when": when}]
    if call.place:
        lines.append(_("Where: %(place)s") % {"place": call.place})
    lines.append(
        _("About: ticket #%(number)s, %(subject)s") % {"number": case.ticket.number, "subject": case.ticket.subject}
    )
    if call.agenda and method != CANCEL:
        lines += ["", _("What we would like to go through"), call.agenda]
    return "\n".join([*lines, "", call.organiser.name, organisation()])
