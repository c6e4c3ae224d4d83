"""Calls with the customer: what is agreed, and what arrives in everybody's calendar."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from escalations.delivery import deliver
from escalations.errors import Invalid, NotAllowed
from templates_app.models import Notification

M, HOUR = timedelta(minutes=1), timedelta(hours=1)
DANA, BOB = {"name": "Dana “D” Ortega, CTO", "email": "dana@acme.example"}, {"name": "Bob", "email": "bob@desk.example"}


@pytest.fixture
def ticket(log_issue):
    return log_issue()


@pytest.fixture
def schedule(ticket, casey, at):
    def set_up(**changed):
        terms = {"title": "Where we stand", "starts_at": at + 2 * HOUR, "attendees": [DANA, BOB]} | changed
        return ticket.schedule_call(by=casey, at=at + M, **terms)

    return set_up


def terms_of(call, **changed):
    names = ("title", "starts_at", "minutes", "place", "agenda", "attendees", "sequence")
    return {name: getattr(call, name) for name in names} | changed


def invitations(smtp, address):
    """What a calendar makes of the mails to this address: (part, file), oldest first."""
    found = []
    for mail in smtp.to(address):
        part = next(p for p in mail.walk() if p.get_content_type() == "text/calendar")
        file = next(p for p in mail.walk() if p.get_filename() == "invite.ics")
        found.append((part, Calendar.from_ical(part.get_content()), Calendar.from_ical(file.get_content())))
    return found


@pytest.mark.django_db(transaction=True)
def test_an_invitation_arrives_in_the_calendar_as_a_part_and_as_a_file(schedule, smtp, casey, at):
    call = schedule(place="https://meet.example/abc", agenda="1. What broke – déjà vu\n2. What is next; later, too")
    deliver(at + 2 * M)
    part, calendar, file = invitations(smtp, "dana@acme.example")[0]
    event = calendar.walk("VEVENT")[0]
    assert part.get_param("method") == calendar["method"] == "REQUEST"
    assert calendar.to_ical() == file.to_ical()
    assert (event["uid"], event["sequence"]) == (f"{call.uid}@127.0.0.1", 0)
    assert event.decoded("dtstart") == datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert event.decoded("dtend") == datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
    assert str(event["description"]) == "1. What broke – déjà vu\n2. What is next; later, too"
    assert event["organizer"] == "mailto:casey@desk.example"
    assert {str(a): a.params["CN"] for a in event["attendee"]} == {
        "mailto:dana@acme.example": "Dana “D” Ortega, CTO",
        "mailto:bob@desk.example": "Bob",
    }


@pytest.mark.django_db(transaction=True)
def test_a_moved_call_is_the_same_call_and_a_later_version(ticket, schedule, smtp, casey, at):
    call = schedule()
    deliver(at + 2 * M)
    ticket.change_call(call=call, by=casey, at=at + 3 * M, **terms_of(call, starts_at=at + 5 * HOUR))
    deliver(at + 4 * M)
    first, second = (calendar.walk("VEVENT")[0] for _part, calendar, _file in invitations(smtp, "bob@desk.example"))
    assert first["uid"] == second["uid"]
    assert (first["sequence"], second["sequence"]) == (0, 1)
    assert second.decoded("dtstamp") > first.decoded("dtstamp")
    assert [m["Subject"] for m in smtp.to("bob@desk.example")] == [
        "Invitation: Where we stand",
        "Changed: Where we stand",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_cancelled_call_leaves_every_calendar(ticket, schedule, smtp, casey, at):
    call = schedule()
    ticket.cancel_call(call=call, sequence=0, by=casey, at=at + 3 * M)
    deliver(at + 4 * M)
    part, calendar, _file = invitations(smtp, "dana@acme.example")[-1]
    assert part.get_param("method") == calendar["method"] == "CANCEL"
    assert str(calendar.walk("VEVENT")[0]["status"]) == "CANCELLED"
    assert calendar.walk("VEVENT")[0]["sequence"] == 1


@pytest.mark.django_db(transaction=True)
def test_who_is_no_longer_on_a_call_is_told_and_the_others_keep_it(ticket, schedule, smtp, casey, at):
    call = schedule()
    ticket.change_call(call=call, by=casey, at=at + 3 * M, **terms_of(call, attendees=[DANA]))
    deliver(at + 4 * M)
    assert [c["method"] for _p, c, _f in invitations(smtp, "bob@desk.example")] == ["REQUEST", "CANCEL"]
    assert [c["method"] for _p, c, _f in invitations(smtp, "dana@acme.example")] == ["REQUEST", "REQUEST"]


def test_the_mail_keeps_its_message_id(ticket, schedule):
    from templates_app.mail import compose
    from templates_app.post import envelope

    schedule()
    row = Notification.objects.filter(kind="call").earliest("pk")
    one, two = (envelope([row], compose([row])).message() for _try in range(2))
    assert one["Message-ID"] == two["Message-ID"]


def test_two_edits_at_once_the_second_hears_what_the_first_made_of_it(ticket, schedule, casey, bob, at):
    call = schedule()
    ticket.change_call(call=call, by=bob, at=at + 3 * M, **terms_of(call, minutes=45))
    with pytest.raises(NotAllowed, match="Bob has changed this call meanwhile: it is now “Where we stand”, Monday 23"):
        ticket.change_call(call=call, by=casey, at=at + 4 * M, **terms_of(call, minutes=60))
    call.refresh_from_db()
    assert (call.minutes, call.sequence) == (45, 1)


def test_a_change_that_changes_nothing_sends_nothing(ticket, schedule, casey, at):
    call = schedule()
    ticket.change_call(call=call, by=casey, at=at + 3 * M, **terms_of(call))
    assert Notification.objects.filter(kind="call").count() == 2


def test_what_has_been_held_stays_as_it_was(ticket, schedule, casey, at):
    call = schedule()
    for verb, terms in (("change_call", terms_of(call)), ("cancel_call", {"sequence": 0})):
        with pytest.raises(NotAllowed, match="has been held"):
            getattr(ticket, verb)(call=call, by=casey, at=at + 3 * HOUR, **terms)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "  "}, "title"),
        ({"starts_at": datetime(2020, 1, 1, tzinfo=UTC)}, "starts_at"),
        ({"starts_at": datetime(2999, 1, 1, tzinfo=UTC)}, "starts_at"),
        ({"minutes": 4}, "minutes"),
        ({"minutes": 481}, "minutes"),
        ({"attendees": []}, "attendees"),
        ({"attendees": [{"email": "nobody"}]}, "attendees"),
        ({"attendees": [{"email": f"a{n}@b.example"} for n in range(41)]}, "attendees"),
    ],
)
def test_what_cannot_be_agreed_is_named(schedule, wrong, field):
    with pytest.raises(Invalid) as refused:
        schedule(**wrong)
    assert list(refused.value.fields) == [field]


def test_each_address_is_invited_once(ticket, schedule):
    call = schedule(attendees=[DANA, DANA | {"email": "DANA@acme.example"}])
    assert len(call.attendees) == 1
    assert ticket.events.get(kind="call").data["what"] == "scheduled"


def test_the_time_is_told_in_the_zone_of_who_reads_it(schedule, bob, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    bob.time_zone = "America/New_York"
    bob.save()
    schedule()
    words = dict(Notification.objects.filter(kind="call").values_list("to_address", "text"))
    assert "Monday 23 November 2026, 13:00 CET – 13:30 CET" in words["dana@acme.example"]
    assert "Monday 23 November 2026, 07:00 EST – 07:30 EST" in words["bob@desk.example"]


@pytest.mark.parametrize("place", ["https://x/\r\nATTENDEE:mailto:evil@x.example", "https://x/\ry", "https://[x"])
def test_title_and_place_are_one_line_and_the_agenda_is_not(ticket, schedule, casey, at, place):
    call = schedule(title="Where\nwe stand", place=place, agenda="1. One\n2. Two")
    ticket.change_call(call=call, by=casey, at=at + 3 * M, **terms_of(call, place=place + "\n1", title="Next\nsteps"))
    call.refresh_from_db()
    assert (call.title, call.agenda) == ("Next steps", "1. One\n2. Two")
    calendar = Calendar.from_ical(Notification.objects.filter(kind="call").latest("pk").context["invitation"]["ics"])
    event = calendar.walk("VEVENT")[0]
    assert (event["location"], len(event["attendee"])) == (call.place, 2)


def test_long_addresses_with_the_same_beginning_are_two(schedule):
    longest = [{"name": "A", "email": f"shared@{'sub.' * 20}x{n}.example"} for n in range(2)]
    schedule(attendees=longest)
    sent = Notification.objects.filter(kind="call")
    assert sent.count() == 2
    assert {len(row.idem) <= 120 for row in sent} == {True}


def test_people_of_the_desk_are_known_however_their_address_is_written(schedule, bob):
    bob.email, bob.time_zone = "Bob@Desk.example", "Asia/Tokyo"
    bob.save()
    schedule(attendees=[{"name": "Bob", "email": "bob@desk.example"}])
    row = Notification.objects.get(kind="call")
    assert (row.user_id, row.time_zone) == (bob.pk, "Asia/Tokyo")
    assert "JST" in row.text
