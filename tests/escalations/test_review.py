"""The post-mortem and the action items that come from it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from contacts.models import User
from contacts.models.people import Role
from escalations.errors import Invalid, NotAllowed
from escalations.models import ActionItem, Ticket
from escalations.verbs.review import MOST_MOMENTS, ChangedMeanwhile

pytestmark = pytest.mark.django_db

FIX = {"root_cause": "A full disk", "solution": "Cleared it", "prevention": "An alarm"}
TEXTS = {"summary": "The disk ran full", "impact": "No sign-in", "causes": "Logs", "lessons": "Watch disks"}


@pytest.fixture
def solved(log_issue: Any, casey: User, at: datetime) -> Ticket:
    ticket: Ticket = log_issue()
    ticket.resolve(**FIX, by=casey, at=at)
    return ticket


def test_a_draft_may_be_begun_while_the_issue_is_open(log_issue: Any, casey: User, at: datetime) -> None:
    ticket = log_issue()
    ticket.write_review(version=0, summary="So far", by=casey, at=at)
    assert (ticket.review.summary, ticket.review.version, ticket.review.published_at) == ("So far", 1, None)
    assert ticket.events.get(kind="reviewed").data == {"what": "started"}
    with pytest.raises(NotAllowed, match="after the fix"):
        ticket.publish_review(version=1, **TEXTS, by=casey, at=at)


def test_who_saves_second_is_told_who_came_first(solved: Ticket, casey: User, bob: User, at: datetime) -> None:
    solved.write_review(version=0, summary="Casey's", by=casey, at=at)
    with pytest.raises(ChangedMeanwhile, match="Casey has changed") as refused:
        solved.write_review(version=0, summary="Bob's", by=bob, at=at)
    assert refused.value.review.summary == "Casey's"
    solved.write_review(version=1, summary="Both", by=bob, at=at)
    solved.refresh_from_db()
    assert (solved.review.summary, solved.review.edited_by) == ("Both", bob)


def test_publishing_names_every_part_that_is_empty(solved: Ticket, casey: User, at: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        solved.publish_review(version=0, summary="x", impact=" ", causes="", lessons="y", by=casey, at=at)
    assert set(refused.value.fields) == {"impact", "causes"}


def test_published_is_closed_to_changes_until_a_manager_opens_it(
    solved: Ticket, casey: User, admin: User, at: datetime
) -> None:
    solved.publish_review(version=0, **TEXTS, by=casey, at=at)
    with pytest.raises(NotAllowed, match="published"):
        solved.write_review(version=1, summary="Later thoughts", by=casey, at=at)
    with pytest.raises(NotAllowed, match="Ask a manager"):
        solved.reopen_review(reason="A mistake", by=casey, at=at)
    solved.reopen_review(reason="A wrong date", by=admin, at=at)
    solved.write_review(version=2, **(TEXTS | {"summary": "Right"}), by=casey, at=at)
    whats = [event.data["what"] for event in solved.events.filter(kind="reviewed").order_by("pk")]
    assert whats == ["published", "reopened"]


def test_moments_are_kept_in_order_and_taken_out_again(solved: Ticket, casey: User, at: datetime) -> None:
    for minutes, text in ((20, "Their own fix fails"), (50, "A deploy without review")):
        solved.add_moment(moment_at=at - timedelta(minutes=minutes), text=text, by=casey, at=at)
    assert [m["text"] for m in solved.review.added] == ["A deploy without review", "Their own fix fails"]
    first = solved.review.added[0]
    solved.drop_moment(moment_at=first["at"], text=first["text"], by=casey, at=at)
    solved.review.refresh_from_db()
    assert [m["text"] for m in solved.review.added] == ["Their own fix fails"]


def test_a_moment_does_not_get_in_the_way_of_who_is_writing(
    solved: Ticket, casey: User, bob: User, at: datetime
) -> None:
    solved.write_review(version=0, summary="a", by=casey, at=at)
    solved.add_moment(moment_at=at, text="Seen", by=bob, at=at)
    solved.write_review(version=1, summary="b", by=casey, at=at)
    solved.review.refresh_from_db()
    assert [m["text"] for m in solved.review.added] == ["Seen"]


@pytest.mark.parametrize("away", [timedelta(minutes=1), timedelta(days=-400)])
def test_a_moment_has_happened_and_not_long_ago(solved: Ticket, casey: User, at: datetime, away: timedelta) -> None:
    with pytest.raises(Invalid) as refused:
        solved.add_moment(moment_at=at + away, text="When?", by=casey, at=at)
    assert set(refused.value.fields) == {"moment_at"}


def test_a_timeline_has_an_end(solved: Ticket, casey: User, at: datetime) -> None:
    solved.add_moment(moment_at=at, text="One", by=casey, at=at)
    solved.review.added = solved.review.added * MOST_MOMENTS
    solved.review.save()
    with pytest.raises(NotAllowed):
        solved.add_moment(moment_at=at, text="One too many", by=casey, at=at)


# --- action items ----------------------------------------------------------------------------------------------------
def give(ticket: Ticket, casey: User, at: datetime, **changed: Any) -> ActionItem:
    given = {"text": "Set an alarm", "owner": casey, "due_on": date(2026, 11, 30)} | changed
    return ticket.add_action(**given, by=casey, at=at)


def test_an_action_item_is_done_by_somebody(solved: Ticket, casey: User, bob: User, at: datetime) -> None:
    action = give(solved, casey, at, owner=bob)
    assert action.remind_at is not None
    solved.finish_action(action=action, by=bob, at=at + timedelta(hours=1))
    action.refresh_from_db()
    assert (action.done_by, action.remind_at) == (bob, None)
    whats = [event.data["what"] for event in solved.events.filter(kind="action").order_by("pk")]
    assert whats == ["added", "done"]


def test_what_is_over_cannot_be_changed(solved: Ticket, casey: User, at: datetime) -> None:
    action = give(solved, casey, at)
    solved.drop_action(action=action, by=casey, at=at)
    for verb in (solved.finish_action, solved.drop_action):
        with pytest.raises(NotAllowed):
            verb(action=action, by=casey, at=at)
    with pytest.raises(NotAllowed):
        solved.edit_action(action=action, text="x", owner=casey, due_on=date(2026, 12, 1), by=casey, at=at)


def test_a_new_day_moves_the_reminder(solved: Ticket, casey: User, at: datetime) -> None:
    action = give(solved, casey, at)
    before = action.remind_at
    solved.edit_action(action=action, text=action.text, owner=casey, due_on=date(2026, 12, 10), by=casey, at=at)
    action.refresh_from_db()
    assert action.remind_at == before + timedelta(days=10)


def test_nothing_changed_is_no_event(solved: Ticket, casey: User, at: datetime) -> None:
    action = give(solved, casey, at)
    solved.edit_action(action=action, text=action.text, owner=casey, due_on=action.due_on, by=casey, at=at)
    assert solved.events.filter(kind="action").count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "x" * 301}, "text"),
        ({"due_on": date(2031, 1, 1)}, "due_on"),
        ({"due_on": date(1999, 1, 1)}, "due_on"),
    ],
)
def test_what_cannot_be_given_is_named(
    solved: Ticket, casey: User, at: datetime, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        give(solved, casey, at, **changed)
    assert set(refused.value.fields) == {field}


def test_somebody_who_only_reads_cannot_be_given_work(solved: Ticket, casey: User, at: datetime) -> None:
    reader = User.objects.create(username="audrey", role=Role.AUDITOR)
    with pytest.raises(Invalid) as refused:
        give(solved, casey, at, owner=reader)
    assert set(refused.value.fields) == {"owner"}


def test_what_was_given_on_a_merged_issue_can_still_be_done(
    log_issue: Any, solved: Ticket, casey: User, at: datetime
) -> None:
    ticket = log_issue("P3")
    action = give(ticket, casey, at)
    ticket.merge(into=log_issue("P3"), reason="The same", by=casey, at=at)
    with pytest.raises(NotAllowed, match="merged"):
        give(ticket, casey, at)
    ticket.finish_action(action=action, by=casey, at=at)
    action.refresh_from_db()
    assert action.done_by == casey
