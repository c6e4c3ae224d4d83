"""Invitations to calls as calendars understand them (RFC 5545, sent as RFC 5546 says)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress, vText

from templates_app import plain

if TYPE_CHECKING:
    from escalations.models import CustomerCall

REQUEST, CANCEL = "REQUEST", "CANCEL"


def invitation(call: "CustomerCall", method: str, at: datetime, attendees: Iterable[dict[str, str]]) -> str:
    """The calendar object for `call` as it is now. All times are UTC, which needs no time zone definition."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{plain.one_line(settings.ORGANISATION)}//Switchback//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_event(call, method, at, attendees))
    return calendar.to_ical().decode()


def _event(call: "CustomerCall", method: str, at: datetime, attendees: Iterable[dict[str, str]]) -> Event:
    event = Event()
    event.add("uid", f"{call.uid}@{settings.SITE_HOST}")
    event.add("sequence", call.sequence)
    event.add("dtstamp", at.astimezone(UTC).replace(microsecond=0))
    event.add("created", call.created_at.astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", call.starts_at.astimezone(UTC))
    event.add("dtend", call.starts_at.astimezone(UTC) + timedelta(minutes=call.minutes))
    event.add("summary", plain.one_line(call.title))
    event.add("description", plain.lines(call.agenda) or plain.one_line(call.title))
    place = plain.one_line(call.place)
    if place:
        event.add("location", place)
    if place.startswith(("https://", "http://")) and " " not in place:
        event.add("url", place)
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event["organizer"] = _organiser(call)
    for person in attendees:
        event.add("attendee", _attendee(person), encode=False)
    return event


def _organiser(call: "CustomerCall") -> vCalAddress:
    """Answers go to the person who set up the call; the mail itself comes from the desk's own address."""
    desk = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    address = vCalAddress(f"mailto:{call.organiser.email or desk}")
    address.params["CN"] = vText(_quotable(call.organiser.name))
    if call.organiser.email and desk:
        address.params["SENT-BY"] = vText(f"mailto:{desk}")
    return address


def _attendee(person: dict[str, str]) -> vCalAddress:
    address = vCalAddress(f"mailto:{person['email']}")
    address.params["CN"] = vText(_quotable(person.get("name") or person["email"]))
    for name, value in (("CUTYPE", "INDIVIDUAL"), ("ROLE", "REQ-PARTICIPANT"), ("PARTSTAT", "NEEDS-ACTION")):
        address.params[name] = vText(value)
    address.params["RSVP"] = vText("TRUE")
    return address


def _quotable(name: str) -> str:
    """A parameter's value may hold no double quote (RFC 5545, section 3.2)."""
    return plain.one_line(name).replace('"', "’")
