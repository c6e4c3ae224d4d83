"""The ladder as a story: an issue nobody touches, and what stops it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from contacts.models import Contact, User
from escalations.errors import NotAllowed
from escalations.models import Escalation, Ticket
from templates_app.models import Notification
from tests.escalations.conftest import minutes


def told(ticket: Ticket) -> list[tuple[float, str, str]]:
    """(minute, level, address) of every rung told, in order."""
    return [(minutes(e.at), e.level, e.contacts[0]["email"]) for e in ticket.escalations.order_by("at", "pk")]


def mails(ticket: Ticket, kind: str) -> list[tuple[float, str]]:
    rows = Notification.objects.filter(about=ticket.number, kind=kind).order_by("pk")
    return [(minutes(row.created_at), row.to_address) for row in rows]


def test_a_p1_tells_levels_one_to_three_and_technical_at_once(log_issue: Any) -> None:
    ticket = log_issue()
    assert told(ticket) == [
        (0, "1", "casey@desk.example"),
        (0, "2", "level-2@desk.example"),
        (0, "3", "level-3@desk.example"),
        (0, "technical", "level-technical@desk.example"),
    ]
    assert ticket.level == 3
    assert {address for _minute, address in mails(ticket, "opened")} == {row[2] for row in told(ticket)}


def test_a_p1_that_nobody_touches_climbs_to_the_top(log_issue: Any, run: Any) -> None:
    ticket = log_issue()
    run(121)
    assert told(ticket)[4:] == [(15, "4", "level-4@desk.example"), (30, "5", "level-5@desk.example")]
    assert mails(ticket, "at_risk") == [(11.25, "casey@desk.example"), (45, "casey@desk.example")]
    assert mails(ticket, "escalated") == [(15, "level-4@desk.example"), (30, "level-5@desk.example")]
    assert mails(ticket, "reminder") == [(60, "casey@desk.example"), (120, "casey@desk.example")]


def test_every_event_happens_once_with_its_due_and_its_done_time(log_issue: Any, run: Any) -> None:
    ticket = log_issue()
    run(121)
    keyed = [
        (event.clock.kind, event.key, minutes(event.due_at), minutes(event.at))
        for event in ticket.events.exclude(key="").order_by("at", "pk")
    ]
    assert keyed == [
        ("response", "at_risk", 11.25, 11.25),
        ("response", "breach", 15, 15),
        ("response", "step:1", 30, 30),
        ("update", "at_risk", 45, 45),
        ("update", "breach", 60, 60),
        ("update", "reminder:261123120000", 120, 120),
    ]


def test_taking_it_holds_the_ladder_for_one_step(log_issue: Any, run: Any, vera: User, at: datetime) -> None:
    ticket = log_issue()
    run(17)
    ticket.take(by=vera, at=at + timedelta(minutes=17))
    run(40, since=17)
    assert told(ticket)[4:] == [(15, "4", "level-4@desk.example"), (32, "5", "level-5@desk.example")]


def test_a_customer_who_has_heard_keeps_the_ladder_where_it_is(
    log_issue: Any, run: Any, vera: User, casey: User, at: datetime
) -> None:
    ticket = log_issue()
    run(17)
    ticket.take(by=vera, at=at + timedelta(minutes=17))
    ticket.send_update(summary="Rolled back.", next_steps="Watch.", by=casey, at=at + timedelta(minutes=25))
    run(84, since=25)
    assert ticket.escalations.filter(level="5").count() == 0
    run(86, since=84)
    assert told(ticket)[-1] == (85, "5", "level-5@desk.example"), "the next update was owed an hour later"


def test_a_breach_while_somebody_has_it_climbs_when_the_hold_ends(
    log_issue: Any, run: Any, vera: User, at: datetime
) -> None:
    ticket = log_issue()
    ticket.take(by=vera, at=at + timedelta(minutes=5))
    run(25, since=5)
    assert [(minutes(e.due_at)) for e in ticket.events.filter(key="breach")] == [15]
    assert told(ticket)[4:] == [(20, "4", "level-4@desk.example")]


@pytest.mark.parametrize("verb", ["acknowledge", "resolve", "wait"])
def test_an_answer_stops_the_climbing(log_issue: Any, run: Any, casey: User, at: datetime, verb: str) -> None:
    ticket = log_issue()
    more = {
        "acknowledge": {},
        "wait": {"reason": "logs"},
        "resolve": {"root_cause": "a", "solution": "b", "prevention": "c"},
    }[verb]
    getattr(ticket, verb)(by=casey, at=at + timedelta(minutes=12), **more)
    run(44, since=12)
    assert ticket.level == 3
    assert not ticket.events.filter(kind="breach").exists()


def test_climbing_passes_a_rung_that_nobody_stands_on_at_once(log_issue: Any, run: Any, admin: User) -> None:
    ticket = log_issue()
    Contact.objects.filter(level="4").update(email="")
    run(16)
    assert told(ticket)[4:] == [(15, "5", "level-5@desk.example")]
    assert ticket.events.get(kind="vacant").data["level"] == 4
    assert Notification.objects.filter(kind="admin", to_address=admin.email).count() == 1


def test_a_backup_stands_in_for_an_absent_person(log_issue: Any, run: Any, at: datetime) -> None:
    ticket = log_issue()
    fourth = Contact.objects.get(level="4")
    Contact.objects.create(level="4", position=1, title="Deputy CCO", name="Dee", email="dee@desk.example")
    fourth.absences.create(starts_at=at, ends_at=at + timedelta(days=1))
    run(16)
    assert told(ticket)[-1] == (15, "4", "dee@desk.example")
    assert ticket.events.filter(kind="escalated").first().data["passed"] == [["Person 4", "absent"]]


def test_a_delegate_is_followed_and_a_loop_ends_in_the_backup(log_issue: Any, run: Any, at: datetime) -> None:
    ticket = log_issue()
    fourth, fifth = Contact.objects.get(level="4"), Contact.objects.get(level="5")
    Contact.objects.create(level="4", position=1, title="Deputy CCO", name="Dee", email="dee@desk.example")
    for one, other in ((fourth, fifth), (fifth, fourth)):
        one.absences.create(starts_at=at, ends_at=at + timedelta(days=1), delegate=other)
    run(16)
    assert told(ticket)[-1] == (15, "4", "dee@desk.example")


def test_a_team_has_its_own_rung(log_issue: Any, team: Any) -> None:
    Contact.objects.create(level="2", team=team, title="EMEA lead", name="Eve", email="eve@desk.example")
    assert told(log_issue())[1] == (0, "2", "eve@desk.example")


def test_level_one_is_asked_when_the_owner_is_missing(log_issue: Any) -> None:
    assert told(log_issue(owner=None))[0] == (0, "1", "level-1@desk.example")


def test_anyone_may_escalate_early(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue("P3")
    ticket.escalate(reason="They threaten to leave.", by=casey, at=at + timedelta(minutes=1), level=3)
    assert told(ticket)[1:] == [(1, "3", "level-3@desk.example")]
    assert ticket.level == 3
    with pytest.raises(NotAllowed, match="Level 2 was told already"):
        ticket.escalate(reason="Again.", by=casey, at=at, level=2)


def test_the_product_rung_stands_beside_the_ladder(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue("P3")
    ticket.escalate(reason="A missing feature.", by=casey, at=at, level="product")
    assert ticket.level == 1
    with pytest.raises(NotAllowed, match="told already"):
        ticket.escalate(reason="Again.", by=casey, at=at, level="product")


def test_at_the_top_there_is_nobody_left_to_tell(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue()
    ticket.escalate(reason="All hands.", by=casey, at=at, level=5)
    with pytest.raises(NotAllowed, match="highest level"):
        ticket.escalate(reason="Higher.", by=casey, at=at)


def test_de_escalating_ends_the_rung_and_holds_the_ladder(log_issue: Any, run: Any, casey: User, at: datetime) -> None:
    ticket = log_issue()
    run(16)
    ticket.de_escalate(reason="A false alarm.", by=casey, at=at + timedelta(minutes=20))
    assert ticket.level == 3
    run(36, since=20)
    assert told(ticket)[4:] == [(15, "4", "level-4@desk.example"), (35, "4", "level-4@desk.example")]
    assert Escalation.objects.filter(ticket=ticket, level="4", ended_at=None).count() == 1


def test_two_breaches_at_one_moment_are_one_message_a_person(log_issue: Any, at: datetime) -> None:
    ticket = log_issue(reported_at=at - timedelta(hours=2))
    breached = [event.clock.kind for event in ticket.events.filter(kind="breach").order_by("due_at")]
    assert breached == ["response", "update"]
    addresses = list(Notification.objects.filter(about=ticket.number).values_list("to_address", flat=True))
    assert len(addresses) == len(set(addresses))


def test_an_issue_logged_too_late_climbs_once_and_then_step_by_step(log_issue: Any, run: Any, at: datetime) -> None:
    ticket = log_issue(reported_at=at - timedelta(hours=2))
    assert told(ticket)[4:] == [(0, "4", "level-4@desk.example")]
    breach = ticket.events.filter(kind="breach").order_by("due_at").first()
    assert (minutes(breach.due_at), minutes(breach.at)) == (-105, 0)
    run(16)
    assert told(ticket)[-1] == (15, "5", "level-5@desk.example")


def test_raising_the_severity_escalates_once_at_the_change(log_issue: Any, casey: User, at: datetime) -> None:
    from escalations.models import Severity

    ticket = log_issue("P3")
    later = at + timedelta(hours=5)
    ticket.change_severity(severity=Severity.objects.get(pk="P1"), reason="All are down.", by=casey, at=later)
    assert [row[1] for row in told(ticket)] == ["1", "2", "3", "technical", "4"]
    assert {minutes(event.due_at) for event in ticket.events.filter(kind="breach", clock__kind="resolution")} == {300}


def test_resolving_tells_everybody_who_was_told(log_issue: Any, run: Any, casey: User, at: datetime) -> None:
    ticket = log_issue()
    run(16)
    ticket.resolve(root_cause="a", solution="b", prevention="c", by=casey, at=at + timedelta(minutes=20))
    assert {address for _minute, address in mails(ticket, "resolved")} == {
        f"level-{level}@desk.example" for level in ("2", "3", "4", "technical")
    }
    assert not ticket.escalations.filter(ended_at=None).exists()
