"""Closing: not before the checklist is done, or with a reason."""

from datetime import timedelta
from typing import Any

import pytest

from contacts.models import User
from escalations.enums import Status
from escalations.errors import NotAllowed, StillOpen
from escalations.models import ChecklistLine, CustomerCall, Responder, Ticket

pytestmark = pytest.mark.django_db

FIX = {"root_cause": "A full disk", "solution": "Cleared it", "prevention": "An alarm"}
TEXTS = {"summary": "The disk ran full", "impact": "No sign-in", "causes": "Logs", "lessons": "Watch disks"}


def resolved(log_issue: Any, casey: User, at: Any, severity: str = "P1") -> Ticket:
    ticket = log_issue(severity)
    ticket.acknowledge(by=casey, at=at + timedelta(minutes=5))
    ticket.resolve(**FIX, by=casey, at=at + timedelta(minutes=30))
    return ticket


def test_a_p1_with_open_lines_does_not_close_and_names_them(log_issue: Any, casey: User, at: Any) -> None:
    ticket = resolved(log_issue, casey, at)
    with pytest.raises(StillOpen) as refused:
        ticket.close(by=casey, at=at + timedelta(hours=1))
    assert refused.value.lines == [
        "Assemble response team",
        "Schedule customer call",
        "Conduct post-mortem review",
    ]
    assert all(name in refused.value.message for name in refused.value.lines)
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED


def test_a_reason_closes_it_and_is_kept_with_what_was_open(log_issue: Any, casey: User, at: Any) -> None:
    ticket = resolved(log_issue, casey, at)
    ticket.close(reason="They merged with another customer", by=casey, at=at + timedelta(hours=1))
    event = ticket.events.get(kind="closed")
    assert ticket.status == Status.CLOSED
    assert event.text == "They merged with another customer"
    assert "Conduct post-mortem review" in event.data["open_lines"]


def test_blanks_are_no_reason(log_issue: Any, casey: User, at: Any) -> None:
    with pytest.raises(StillOpen):
        resolved(log_issue, casey, at).close(reason="  \n", by=casey, at=at + timedelta(hours=1))


def test_with_everything_done_it_closes_while_the_customer_is_still_watched(
    log_issue: Any, casey: User, at: Any
) -> None:
    ticket = resolved(log_issue, casey, at)
    Responder.objects.create(ticket=ticket, user=casey, name="Casey", role="Scribe", joined_at=at)
    CustomerCall.objects.create(ticket=ticket, title="Call", starts_at=at, organiser=casey, created_at=at)
    ticket.publish_review(version=0, **TEXTS, by=casey, at=at + timedelta(hours=2))
    ticket.close(by=casey, at=at + timedelta(hours=3))
    assert ticket.status == Status.CLOSED
    assert ticket.check_ins.filter(cancelled_at=None, done_at=None).count() == 4
    assert ticket.events.get(kind="closed").data["open_lines"] == []


@pytest.mark.parametrize("severity", ["P3", "P4"])
def test_lesser_issues_close_as_soon_as_they_are_solved(log_issue: Any, casey: User, at: Any, severity: str) -> None:
    ticket = resolved(log_issue, casey, at, severity)
    ticket.close(by=casey, at=at + timedelta(hours=1))
    assert ticket.status == Status.CLOSED


def test_a_line_set_aside_by_a_manager_is_not_in_the_way(log_issue: Any, casey: User, admin: User, at: Any) -> None:
    ticket = resolved(log_issue, casey, at, "P2")
    for key in ("customer-call", "post-mortem"):
        with pytest.raises(StillOpen):
            ticket.close(by=casey, at=at + timedelta(hours=1))
        line = ChecklistLine.objects.get(key=key)
        ticket.tick(line=line, needed=False, note="One of a kind", by=admin, at=at + timedelta(hours=1))
    ticket.close(by=casey, at=at + timedelta(hours=1))
    assert ticket.status == Status.CLOSED


def test_an_open_issue_is_refused_for_its_state_whatever_the_reason(log_issue: Any, casey: User, at: Any) -> None:
    with pytest.raises(NotAllowed, match="Resolve this ticket"):
        log_issue().close(reason="Enough", by=casey, at=at)
