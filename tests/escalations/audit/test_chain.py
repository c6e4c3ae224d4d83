"""Whoever writes events seals them, in one chain a ticket."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from escalations.audit.facts import facts, facts_of, plain
from escalations.audit.seals import seal_events
from escalations.models import Event, Ticket
from escalations.sweep import sweep
from tests.racing import second


def is_one_chain(verify):
    return "nothing was changed" in verify()


def test_what_is_sealed_is_the_same_before_and_after_the_database(log_issue, at, casey):
    ticket = log_issue()
    awkward = {"b": [1.0, 1e16, 1e300, -0.0, 0.1, 1e-7, 2**60], "ä\u2028": {"ß": None, "a": '🧾\\"\t'}, "t": True}
    ticket.events.model.objects.bulk_create(
        [Event(ticket=ticket, kind="note", due_at=at.replace(microsecond=7), at=at, text=" a\r\n\tü🧾 ", data=awkward)]
    )
    event = Event.objects.latest("pk")
    again = Event(
        pk=event.pk, uid=event.uid, ticket=ticket, kind="note", due_at=at.replace(microsecond=7).astimezone(None),
        at=at, text=" a\r\n\tü🧾 ", data=awkward,
    )  # fmt: skip
    assert facts_of(event) == facts_of(again)
    assert plain({1: (1.5, 2.0)}) == {"1": [1.5, 2]}
    row: tuple[Any, ...] = (1, "u", "note", "", None, None, at, datetime(2026, 1, 1, tzinfo=UTC), None, "", "", {})
    assert facts(row)["due_at"] == "2026-11-23T10:00:00.000000+00:00"


def test_verbs_sweeps_merging_and_reopening_keep_one_chain(log_issue, casey, vera, verify, at):
    one, two = log_issue(), log_issue()
    one.acknowledge(by=casey, at=at + timedelta(minutes=5))
    one.wait(by=casey, at=at + timedelta(minutes=7), reason="They look")
    sweep(at + timedelta(hours=30))
    one.resume(by=casey, at=at + timedelta(hours=31))
    one.link(other=two, kind="related", by=casey, at=at + timedelta(hours=31))
    two.merge(into=one, by=casey, at=at + timedelta(hours=32), reason="Same")
    two.reopen(by=casey, at=at + timedelta(hours=33), reason="Not the same")
    one.resolve(by=casey, at=at + timedelta(hours=34), root_cause="A cable", solution="Put in", prevention="Glue")
    one.reopen(by=casey, at=at + timedelta(hours=35), reason="Out again")
    sweep(at + timedelta(days=9))
    assert Event.objects.exclude(seal="").count() == Event.objects.count() > 30
    for ticket in Ticket.objects.all():
        assert ticket.last_seal == ticket.events.order_by("pk").last().seal
    seal_events(at + timedelta(days=10))
    assert is_one_chain(verify)


@pytest.mark.django_db(transaction=True)
@pytest.mark.only("postgresql")
def test_two_writers_at_once_do_not_fork_the_chain(log_issue, casey, bob, verify, at):
    ticket = log_issue()
    late = at + timedelta(hours=3)

    def note():
        Ticket.objects.get(pk=ticket.pk).note(by=bob, at=late, text="Second")
        return True

    second(note, while_first=lambda: ticket.note(by=casey, at=late, text="First"))
    second(lambda: [sweep(late)], while_first=lambda: ticket.note(by=casey, at=late, text="Third"))
    second(note, while_first=lambda: sweep(late + timedelta(days=1)))
    seal_events(late + timedelta(days=2))
    assert is_one_chain(verify)
