"""Whatever is done to the past is found, and named."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from escalations.audit.facts import facts_of, link
from escalations.audit.seals import seal_events
from escalations.models import Escalation, Event, Ticket
from escalations.models.audit import AuditSeal
from tests.unguarded import unguarded


def events_of(ticket):
    return list(ticket.events.order_by("pk"))


def named(event):
    return f"{event.ticket.number}, event {event.pk} "


def test_an_untouched_desk_verifies_and_tells_the_seal_to_keep(past, verify):
    said = verify()
    assert "nothing was changed" in said
    assert AuditSeal.objects.latest("pk").seal in said
    assert "nothing was changed" in verify(ticket=past[0].number, expect=AuditSeal.objects.first().seal)
    assert verify(expect="0" * 64).startswith("CHANGED the seal 000")
    with pytest.raises(CommandError, match="There is no ticket ESC-9999"):
        call_command("verify_audit", ticket="ESC-9999")


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Nothing to see"},
        {"actor_name": "Somebody else"},
        {"kind": "waiting"},
        {"data": {"mentions": ["x"]}},
        {"at": "+1"},
        {"due_at": "+1"},
    ],
)
def test_a_changed_event_is_named(past, verify, change):
    event = events_of(past[1])[3]
    for column in ("at", "due_at"):
        if column in change:
            change = {column: getattr(event, column) + timedelta(microseconds=1)}
    with unguarded():
        Event.objects.filter(pk=event.pk).update(**change)
    said = verify()
    assert said.startswith(f"CHANGED {named(event)}")
    assert "it was changed" in said
    assert said.count("\n") == 1  # and that one alone
    assert verify(ticket=past[1].number) == said
    assert "nothing was changed" in verify(ticket=past[0].number)


def test_a_removed_event_is_named_by_what_followed_it_and_by_the_count(past, verify):
    _first, gone, follower, *_ = events_of(past[0])
    with unguarded():
        Event.objects.filter(pk=gone.pk).delete()
    said = verify()
    assert f"{named(follower)}" in said
    assert "1 fewer events" in said


def test_the_last_events_of_a_ticket_are_missed(past, verify):
    with unguarded():
        Event.objects.filter(pk=events_of(past[0])[-1].pk).delete()
    assert f"{past[0].number}: its last events were removed" in verify(ticket=past[0].number)
    with unguarded():
        past[0].events.all().delete()
    assert f"{past[0].number}: all its events were removed" in verify()


def test_a_ticket_that_is_gone_whole_is_missed(past, log_issue, verify, at):
    log_issue()
    with unguarded():
        gone = past[1].pk
        belongings = [(Event, "ticket"), (Escalation, "ticket")]
        belongings += [(rel.related_model, rel.field.name) for rel in Ticket._meta.related_objects]
        for model, by in belongings:
            model._default_manager.filter(**{by: gone}).delete()
        connection.cursor().execute("DELETE FROM escalations_ticket WHERE id = %s", [gone])
    said = verify()
    assert "fewer events" in said
    assert f"{past[1].number}: there is no such ticket" in said


def test_inserted_reordered_and_moved_events_are_named(past, verify, at):
    one, two = past
    made_up = Event(ticket=one, kind="note", text="I told you", due_at=at, at=at, actor_name="Casey", seal="a" * 64)
    made_up.save()
    assert f"{named(made_up)}(note, 2026-11-23T10:00:00 UTC): it was inserted" in verify()
    with unguarded():
        made_up.delete()
        forged = Event(ticket=one, kind="note", text="Forged", due_at=at, at=at, actor_name="Casey")
        forged.seal = link(events_of(one)[1].seal, facts_of(forged))
        forged.save()
    assert f"{named(forged)}" in verify()
    with unguarded():
        forged.delete()
        b, c = events_of(two)[1:3]
        Event.objects.filter(pk=b.pk).update(id=10_000_000)
        Event.objects.filter(pk=c.pk).update(id=b.pk)
        Event.objects.filter(pk=10_000_000).update(id=c.pk)
    said = verify()
    assert "events were reordered" in said
    assert f"{two.number}, event {b.pk} " in said
    with unguarded():
        Event.objects.filter(pk=c.pk).update(id=10_000_000)
        Event.objects.filter(pk=b.pk).update(id=c.pk)
        Event.objects.filter(pk=10_000_000).update(id=b.pk)
    assert "nothing was changed" in verify()
    note = next(e for e in events_of(one) if e.kind == "note")
    with unguarded():
        Event.objects.filter(pk=note.pk).update(ticket=two)
    assert f"{two.number}, event {note.pk} " in verify()


def test_a_chain_that_was_made_anew_does_not_fit_the_hourly_seal(past, verify):
    previous = ""
    with unguarded():
        for event in events_of(past[0]):
            event.text = event.text.replace("Looked", "Slept")
            event.seal = previous = link(previous, facts_of(event))
            event.save()
        Ticket.objects.filter(pk=past[0].pk).update(last_seal=previous)
    said = verify()
    assert "made the chain of a ticket anew" in said
    assert past[0].number in said


def test_seals_that_are_changed_or_removed_are_named(past, log_issue, verify, at, settings):
    for hours in (30, 40):
        log_issue(at=at + timedelta(hours=hours))
        seal_events(at + timedelta(hours=hours + 1))
    assert "nothing was changed" in verify()
    _first, second, third = AuditSeal.objects.order_by("pk")
    with unguarded():
        AuditSeal.objects.filter(pk=second.pk).update(at=at)
    assert f"audit seal {second.pk}: " in verify()
    with unguarded():
        AuditSeal.objects.filter(pk=second.pk).delete()
    assert f"before audit seal {third.pk}: " in verify()
    with unguarded():
        second.save(force_insert=True)
    assert "nothing was changed" in verify()
    with unguarded():
        AuditSeal.objects.filter(pk=third.pk).delete()
    assert verify(expect=third.seal).startswith("CHANGED the seal")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 9
    settings.AUDIT_KEY = "a key of its own" * 4
    assert "nothing was changed" in verify()
    settings.SECRET_KEY_FALLBACKS = []
    assert "another key" in verify()


def test_events_from_before_or_in_bulk_are_sealed_as_they_are(past, verify, at):
    old = [Event(ticket=past[0], kind="note", text=f"Old {n}", due_at=at, at=at, data={"n": n / 3}) for n in range(2)]
    with unguarded():
        Event.objects.filter(ticket=past[0]).delete()
        AuditSeal.objects.all().delete()
        Ticket.objects.update(last_seal="")
        Event.objects.update(seal="")
    Event.objects.bulk_create(old)
    made = seal_events(at + timedelta(days=2))
    assert [seal.unchained for seal in made] == [True]
    past[0].refresh_from_db()
    past[0].note(by=past[0].owner, at=at + timedelta(days=3), text="Chained from here on")
    assert [seal.unchained for seal in seal_events(at + timedelta(days=4))] == [False]
    assert "nothing was changed" in verify()
    with unguarded():
        Event.objects.filter(text="Old 1").update(text="New")
    assert "loaded in bulk" in verify()


def test_young_events_wait_for_the_next_seal(past, log_issue, at):
    late = at + timedelta(days=3)
    log_issue(at=late)
    count = AuditSeal.objects.count()
    assert seal_events(late + timedelta(minutes=4)) == []
    assert len(seal_events(late + timedelta(minutes=6))) == 1
    assert seal_events(late + timedelta(minutes=7)) == []
    assert AuditSeal.objects.count() == count + 1
    assert settings.SECRET_KEY not in str(AuditSeal.objects.values())


def test_an_event_with_a_key_before_all_others_is_found(past, verify, at):
    Event.objects.create(pk=-7, ticket=past[0], kind="note", due_at=at, at=at, text="It was known from the start")
    said = verify()
    assert said.startswith("CHANGED before audit seal")
    assert "the events from -7 to" in said
    assert "from -7 to" in verify(ticket=past[0].number)


def test_events_whose_ticket_was_removed_are_found(past, verify):
    gone = past[1].pk + 500
    with unguarded():
        Event.objects.filter(ticket=past[1]).update(ticket=gone)
        assert f"ESC-{1000 + gone}: the ticket was removed" in verify()
        Event.objects.filter(ticket=gone).update(ticket=past[1])
    assert "nothing was changed" in verify()
