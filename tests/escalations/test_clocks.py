"""What starts, pauses, moves and stops a clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contacts.models import User
from escalations.errors import Invalid, NotAllowed
from escalations.models import Calendar, Severity, Ticket

FRIDAY_1650 = datetime(2026, 11, 20, 16, 50, tzinfo=UTC)


def clock(ticket: Ticket, kind: str) -> Any:
    return next(c for c in ticket.current_clocks() if c.kind == kind)


def state(ticket: Ticket, at: datetime) -> dict[str, str]:
    return {c.kind: c.state(at) for c in ticket.current_clocks()}


def test_a_p3_on_friday_afternoon_is_due_within_working_hours(log_issue: Any) -> None:
    ticket = log_issue("P3", at=FRIDAY_1650)
    assert clock(ticket, "response").due_at == datetime(2026, 11, 23, 12, 50, tzinfo=UTC)
    assert clock(ticket, "resolution").due_at == datetime(2026, 11, 27, 16, 50, tzinfo=UTC)


def test_a_p4_logged_before_a_weekend_morning_is_not_born_breached(log_issue: Any) -> None:
    saturday = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    ticket = log_issue("P4", at=saturday)
    assert clock(ticket, "response").due_at == datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def test_p3_and_p4_owe_no_update_until_one_is_promised(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue("P3")
    assert "update" not in state(ticket, at)
    promised = at + timedelta(hours=3)
    ticket.send_update(summary="Found it.", next_steps="Fix.", by=casey, at=at, next_update_at=promised)
    assert clock(ticket, "update").due_at == promised
    assert clock(ticket, "update").promised


def test_met_is_up_to_and_including_the_due_instant(log_issue: Any, casey: User, at: datetime) -> None:
    on_time, late = log_issue(), log_issue()
    on_time.acknowledge(by=casey, at=at + timedelta(minutes=15))
    late.acknowledge(by=casey, at=at + timedelta(minutes=15, microseconds=1))
    assert clock(on_time, "response").verdict == "met"
    assert clock(late, "response").verdict == "breached"
    assert late.events.get(key="breach").due_at == at + timedelta(minutes=15)


def test_waiting_pauses_resolution_and_stops_the_response(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue()
    ticket.wait(reason="Their logs.", by=casey, at=at + timedelta(minutes=10))
    assert state(ticket, at + timedelta(days=1)) == {"response": "met", "update": "paused", "resolution": "paused"}
    assert clock(ticket, "resolution").due_at is None
    ticket.resume(by=casey, at=at + timedelta(hours=10, minutes=10))
    assert clock(ticket, "resolution").due_at == at + timedelta(hours=14)
    assert clock(ticket, "resolution").elapsed(at + timedelta(hours=11)) == timedelta(hours=1)


def test_a_paused_clock_does_not_breach(log_issue: Any, casey: User, run: Any, at: datetime) -> None:
    ticket = log_issue()
    ticket.wait(reason="Their logs.", by=casey, at=at + timedelta(minutes=10))
    run(60 * 24)
    assert not ticket.events.filter(kind="breach").exists()


def test_a_pause_in_working_time_takes_only_working_time(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue("P3", at=FRIDAY_1650)
    ticket.wait(reason="Their logs.", by=casey, at=FRIDAY_1650)
    ticket.resume(by=casey, at=datetime(2026, 11, 23, 10, 0, tzinfo=UTC))
    assert clock(ticket, "resolution").due_at == datetime(2026, 11, 30, 9, 50, tzinfo=UTC) + timedelta(minutes=10)


def test_reopening_resumes_and_the_resolved_time_does_not_count(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue()
    ticket.acknowledge(by=casey, at=at + timedelta(minutes=5))
    ticket.resolve(root_cause="a", solution="b", prevention="c", by=casey, at=at + timedelta(hours=1))
    assert state(ticket, at)["resolution"] == "met"
    ticket.reopen(reason="It is back.", by=casey, at=at + timedelta(hours=5))
    assert clock(ticket, "resolution").due_at == at + timedelta(hours=8)
    assert ticket.status == "in_progress"
    assert ticket.resolved_at is None
    assert clock(ticket, "response").verdict == "met", "a first response is given once"


def test_a_changed_severity_counts_from_the_report(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue("P2")
    ticket.change_severity(
        severity=Severity.objects.get(pk="P1"), reason="Worse.", by=casey, at=at + timedelta(minutes=5)
    )
    assert clock(ticket, "response").due_at == at + timedelta(minutes=15)
    assert clock(ticket, "resolution").due_at == at + timedelta(hours=4)


def test_a_response_already_given_keeps_its_verdict(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue("P2")
    ticket.acknowledge(by=casey, at=at + timedelta(minutes=40))
    ticket.change_severity(
        severity=Severity.objects.get(pk="P1"), reason="Worse.", by=casey, at=at + timedelta(hours=1)
    )
    assert state(ticket, at + timedelta(hours=1))["response"] == "met"


def test_a_new_target_is_never_due_before_the_change(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue("P2")
    change = at + timedelta(hours=9)
    ticket.acknowledge(by=casey, at=at)
    ticket.change_severity(severity=Severity.objects.get(pk="P1"), reason="Worse.", by=casey, at=change)
    assert clock(ticket, "resolution").due_at == change
    assert clock(ticket, "resolution").breached_at == change


def test_lowering_the_severity_moves_the_due_time_out(log_issue: Any, casey: User, run: Any, at: datetime) -> None:
    ticket = log_issue()
    run(16)
    ticket.change_severity(
        severity=Severity.objects.get(pk="P2"), reason="Works again.", by=casey, at=at + timedelta(minutes=17)
    )
    assert clock(ticket, "response").due_at == at + timedelta(hours=1)
    assert state(ticket, at + timedelta(minutes=17))["response"] == "breached", "a breach stays true"
    ticket.refresh_from_db()
    assert ticket.level == 4, "never down by itself"


def test_an_update_starts_the_next_one(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue()
    ticket.send_update(summary="Working.", next_steps="More.", by=casey, at=at + timedelta(minutes=50))
    assert clock(ticket, "update").due_at == at + timedelta(minutes=110)
    assert clock(ticket, "update").cycle == 2
    assert ticket.clocks.get(kind="update", cycle=1).verdict == "met"
    assert ticket.status == "new", "an update is no acknowledgement"


def test_a_promise_must_lie_ahead(log_issue: Any, casey: User, at: datetime) -> None:
    with pytest.raises(Invalid) as caught:
        log_issue().send_update(summary="a", next_steps="b", by=casey, at=at, next_update_at=at)
    assert list(caught.value.fields) == ["next_update_at"]


def test_a_report_from_the_future_is_refused(log_issue: Any, at: datetime) -> None:
    with pytest.raises(Invalid) as caught:
        log_issue(reported_at=at + timedelta(minutes=2))
    assert list(caught.value.fields) == ["reported_at"]


@pytest.mark.parametrize(
    ("verb", "more"),
    [
        ("wait", {"reason": " "}),
        ("note", {"text": ""}),
        ("resolve", {"root_cause": "", "solution": "b", "prevention": "c"}),
        ("escalate", {"reason": ""}),
        ("de_escalate", {"reason": ""}),
        ("send_update", {"summary": "", "next_steps": "x"}),
    ],
)
def test_what_is_missing_is_named(log_issue: Any, casey: User, at: datetime, verb: str, more: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        getattr(log_issue(), verb)(by=casey, at=at, **more)
    assert set(caught.value.fields) <= set(more)


@pytest.mark.parametrize("verb", ["acknowledge", "assign", "wait", "escalate", "take", "send_update", "resume"])
def test_nothing_is_done_to_a_resolved_ticket(log_issue: Any, casey: User, bob: User, at: datetime, verb: str) -> None:
    ticket = log_issue()
    ticket.resolve(root_cause="a", solution="b", prevention="c", by=casey, at=at)
    verbs: dict[str, dict[str, Any]] = {
        "assign": {"owner": bob},
        "wait": {"reason": "x"},
        "escalate": {"reason": "x"},
        "send_update": {"summary": "x", "next_steps": "y"},
    }
    more = verbs.get(verb, {})
    events = ticket.events.count()
    with pytest.raises(NotAllowed):
        getattr(ticket, verb)(by=casey, at=at, **more)
    assert ticket.events.count() == events


def test_the_explanation_adds_up(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue("P3", at=FRIDAY_1650)
    ticket.wait(reason="Their logs.", by=casey, at=FRIDAY_1650 + timedelta(days=3))
    ticket.resume(by=casey, at=FRIDAY_1650 + timedelta(days=4))
    end = FRIDAY_1650 + timedelta(days=5)
    resolution = clock(ticket, "resolution")
    segments = resolution.explain(end)
    assert [s["from"] for s in segments[1:]] == [s["to"] for s in segments[:-1]], "without a gap"
    running = sum((s["to"] - s["from"] for s in segments if s["kind"] == "running"), timedelta())
    assert running == resolution.elapsed(end)
    assert [(s["why"], s["who"]) for s in segments if s["kind"] == "paused"] == [("Their logs.", "Casey")]


def test_a_calendar_that_never_opens_cannot_be_saved(db: None) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError) as caught:
        Calendar(slug="x", name="X", timezone="UTC", hours={}).full_clean()
    assert "hours" in caught.value.message_dict
