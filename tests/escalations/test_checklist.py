"""The response checklist: what the system saw, what people say, what each severity asks (Protocol, section 7)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import User
from escalations.checklist import Item, State, checklist_of, progress
from escalations.checklist_facts import Facts
from escalations.errors import Invalid, NotAllowed
from escalations.models import ChecklistLine, ChecklistMark, CustomerCall, Responder, Ticket

pytestmark = pytest.mark.django_db

FIX = {"root_cause": "A full disk", "solution": "Cleared it", "prevention": "An alarm"}


def lines(ticket: Ticket) -> dict[str, Item]:
    fresh = Ticket.objects.get(pk=ticket.pk)
    return {item.key: item for item in checklist_of(fresh, Facts.of(fresh))}


def line(key: str) -> ChecklistLine:
    return ChecklistLine.objects.get(key=key)


ASKED = {
    "P1": ["required"] * 10,
    "P2": ["required"] * 3 + ["if_needed"] * 2 + ["required", "no"] + ["required"] * 3,
    "P3": ["required"] * 2 + ["no"] * 3 + ["if_needed", "no", "required", "if_needed", "required"],
    "P4": ["required"] * 2 + ["no"] * 5 + ["if_needed", "no", "no"],
}


@pytest.mark.parametrize("severity", ASKED)
def test_each_severity_asks_what_the_protocol_says(log_issue: Any, severity: str) -> None:
    assert [item.asked for item in lines(log_issue(severity)).values()] == ASKED[severity]


def test_the_labels_say_how_much(log_issue: Any) -> None:
    found = lines(log_issue("P2"))
    assert (found["acknowledge"].label, found["account-health"].label) == ("1 hour", "14 days")


def test_a_new_p1_has_its_ticket_and_its_people_told(log_issue: Any) -> None:
    states = {key: item.state for key, item in lines(log_issue()).items()}
    assert [key for key, state in states.items() if state == State.DONE] == ["create-ticket", "notify-team", "escalate"]
    assert states["hourly-updates"] == State.RUNNING
    assert progress(list(lines(Ticket.objects.get()).values())) == (3, 10)


def test_acknowledging_ticks_its_line_also_when_late(log_issue: Any, casey: User, at: Any) -> None:
    ticket = log_issue()
    ticket.acknowledge(by=casey, at=at + timedelta(minutes=40))
    assert lines(ticket)["acknowledge"].is_done


def test_a_team_and_a_call_tick_theirs_until_they_are_gone(log_issue: Any, casey: User, at: Any) -> None:
    ticket = log_issue()
    one = Responder.objects.create(ticket=ticket, user=casey, name="Casey", role="Scribe", joined_at=at)
    call = CustomerCall.objects.create(ticket=ticket, title="Call", starts_at=at, organiser=casey, created_at=at)
    assert lines(ticket)["response-team"].is_done
    assert lines(ticket)["customer-call"].is_done
    one.left_at = call.cancelled_at = at
    one.save()
    call.save()
    assert not lines(ticket)["response-team"].is_done
    assert not lines(ticket)["customer-call"].is_done


def test_updates_are_kept_while_none_is_late_and_done_once_it_is_solved(log_issue: Any, casey: User, at: Any) -> None:
    ticket = log_issue()
    ticket.send_update(summary="a", next_steps="b", by=casey, at=at + timedelta(minutes=50))
    assert lines(ticket)["hourly-updates"].state == State.RUNNING
    ticket.resolve(**FIX, by=casey, at=at + timedelta(minutes=100))
    assert lines(ticket)["hourly-updates"].is_done


def test_one_late_update_leaves_the_line_open(log_issue: Any, casey: User, at: Any) -> None:
    ticket = log_issue()
    ticket.send_update(summary="a", next_steps="b", by=casey, at=at + timedelta(minutes=61))
    assert lines(ticket)["hourly-updates"].state == State.OPEN
    ticket.resolve(**FIX, by=casey, at=at + timedelta(minutes=70))
    assert lines(ticket)["hourly-updates"].state == State.OPEN


def test_health_is_watched_until_the_last_check_in(log_issue: Any, casey: User, at: Any) -> None:
    ticket = log_issue("P3")
    assert lines(ticket)["account-health"].state == State.OPEN
    ticket.resolve(**FIX, by=casey, at=at)
    for check_in in ticket.check_ins.all():
        assert lines(ticket)["account-health"].state == State.RUNNING
        ticket.check_in(check_in=check_in, health="green", by=casey, at=check_in.due_at)
    assert lines(ticket)["account-health"].is_done


def test_a_person_ticks_what_the_system_cannot_see(log_issue: Any, casey: User, at: Any) -> None:
    ticket = log_issue()
    ticket.tick(line=line("response-team"), note="War room on the phone", by=casey, at=at)
    item = lines(ticket)["response-team"]
    assert item.is_done
    assert item.mark
    assert (item.mark.by, item.mark.note) == (casey, "War room on the phone")
    event = ticket.events.get(kind="checked")
    assert (event.text, event.data["line"], event.data["needed"]) == ("War room on the phone", "response-team", True)


def test_what_was_ticked_can_be_taken_back(log_issue: Any, casey: User, at: Any) -> None:
    ticket = log_issue()
    ticket.tick(line=line("customer-call"), by=casey, at=at)
    ticket.untick(line=line("customer-call"), by=casey, at=at)
    assert lines(ticket)["customer-call"].state == State.OPEN
    assert ticket.events.filter(kind="checked").count() == 2
    with pytest.raises(NotAllowed):
        ticket.untick(line=line("customer-call"), by=casey, at=at)


@pytest.mark.parametrize("key", ["acknowledge", "root-cause", "post-mortem", "account-health"])
def test_what_the_system_sees_by_itself_cannot_be_ticked(log_issue: Any, casey: User, at: Any, key: str) -> None:
    with pytest.raises(NotAllowed, match="ticks itself"):
        log_issue().tick(line=line(key), by=casey, at=at)


def test_what_is_done_or_not_asked_cannot_be_ticked(log_issue: Any, casey: User, at: Any) -> None:
    ticket = log_issue("P4")
    with pytest.raises(NotAllowed, match="the system saw it"):
        ticket.tick(line=line("create-ticket"), by=casey, at=at)
    with pytest.raises(NotAllowed, match="not asked"):
        ticket.tick(line=line("customer-call"), by=casey, at=at)


def test_what_is_asked_if_needed_anybody_may_set_aside_with_a_note(log_issue: Any, casey: User, at: Any) -> None:
    ticket = log_issue("P2")
    with pytest.raises(Invalid) as refused:
        ticket.tick(line=line("response-team"), needed=False, by=casey, at=at)
    assert set(refused.value.fields) == {"note"}
    ticket.tick(line=line("response-team"), needed=False, note="Casey does it alone", by=casey, at=at)
    assert lines(ticket)["response-team"].state == State.WAIVED


def test_what_is_required_a_manager_may_set_aside(log_issue: Any, casey: User, admin: User, at: Any) -> None:
    ticket = log_issue()
    with pytest.raises(Invalid) as refused:
        ticket.tick(line=line("customer-call"), needed=False, note="They asked for silence", by=casey, at=at)
    assert set(refused.value.fields) == {"needed"}
    assert not ChecklistMark.objects.exists()
    ticket.tick(line=line("customer-call"), needed=False, note="They asked for silence", by=admin, at=at)
    item = lines(ticket)["customer-call"]
    assert (item.state, item.blocks_closing) == (State.WAIVED, False)
    assert progress(list(lines(ticket).values())) == (3, 9)


def test_a_line_that_becomes_done_needs_no_mark_any_more(log_issue: Any, casey: User, at: Any) -> None:
    ticket = log_issue("P2")
    ticket.tick(line=line("response-team"), needed=False, note="Not this time", by=casey, at=at)
    Responder.objects.create(ticket=ticket, user=casey, name="Casey", role="Scribe", joined_at=at)
    item = lines(ticket)["response-team"]
    assert (item.is_done, item.mark) == (True, None)


def test_one_issues_marks_are_not_anothers(log_issue: Any, casey: User, at: Any) -> None:
    log_issue().tick(line=line("customer-call"), by=casey, at=at)
    assert lines(log_issue())["customer-call"].state == State.OPEN


def test_on_a_page_it_costs_one_query_more(log_issue: Any, casey: User, at: Any) -> None:
    ticket = log_issue()
    for key in ("customer-call", "response-team"):
        ticket.tick(line=line(key), by=casey, at=at)
    fetched = Ticket.objects.for_page(casey).get(pk=ticket.pk)
    told = list(fetched.escalations.all())
    with CaptureQueriesContext(
        connection,
    ) as queries:
        items = checklist_of(fetched, Facts.of(fetched, told))
        assert [item.mark.by.name for item in items if item.mark] == ["Casey", "Casey"]
    assert len(queries) == 1
