"""The life of a version: drafted, signed three times, in force; and every way in which it must not come there."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from contacts.models import User
from escalations.care import care
from escalations.models import Severity, Ticket
from escalations.models.version import Office, ProtocolVersion, Signature, Stage
from escalations.protocol import content, errors, versions
from tests.racing import second
from tests.rows import Rows

MakesDraft = Callable[..., ProtocolVersion]
Signs = Callable[..., ProtocolVersion]
HOUR = timedelta(hours=1)


def target() -> str:
    return Severity.objects.get(pk="P1").response_target


def test_a_desk_begins_with_a_provisional_version(db: None, shipped_protocol: Rows, at: datetime) -> None:
    assert versions.running() is None
    shipped_protocol.copy()
    runs = versions.running()
    assert runs
    assert (runs.stage, runs.number, runs.content) == (Stage.PROVISIONAL, None, content.snapshot())
    call_command("load_protocol", verbosity=0)
    assert versions.settings_changed(None, at) is None
    assert ProtocolVersion.objects.count() == 1


def test_three_signatures_bring_it_into_force(
    draft: MakesDraft, sign: Signs, loaded: ProtocolVersion, at: datetime
) -> None:
    made = sign(draft(), 2)
    assert (made.stage, target()) == (Stage.DRAFT, "15m")
    made = finish(made, at)
    assert (made.stage, made.number, made.runs_from, target()) == (Stage.IN_FORCE, 1, at, "10m")
    loaded.refresh_from_db()
    assert (loaded.stage, loaded.runs_until, loaded.runs) == (Stage.ENDED, at, None)
    assert versions.running() == made
    assert versions.running(at - timedelta(seconds=1)) in (None, loaded)
    assert content.is_same(content.snapshot(), made.content)
    assert versions.settings_changed(None, at) is None


def finish(made: ProtocolVersion, at: datetime) -> ProtocolVersion:
    manager = User.objects.get(username="morgan")
    versions.ask(made, Office.OPERATIONS, manager, by=manager, at=at)
    return versions.sign(made, Office.OPERATIONS, by=manager, at=at, seen=made.digest)


def test_what_is_not_signed_never_comes_into_force(
    draft: MakesDraft, sign: Signs, people: list[User], at: datetime
) -> None:
    made = sign(draft(), 2)
    with pytest.raises(errors.WrongStage):
        versions.come_into_force(made, at)
    # Also if somebody marks it as signed, or lets one person sign twice, or changes it afterwards.
    ProtocolVersion.objects.filter(pk=made.pk).update(stage=Stage.SIGNED)
    assert versions.enforce(at + HOUR) is None
    row = Signature.objects.get(version=made, office=Office.OPERATIONS)
    row.signer, row.signed_at, row.name, row.digest = people[2], at, "Morgan", "another"
    row.save()
    assert versions.enforce(at + HOUR) is None
    row.digest = made.digest
    row.save()
    changed = made.content | {"notes": "slipped in"}
    ProtocolVersion.objects.filter(pk=made.pk).update(content=changed)
    assert versions.enforce(at + HOUR) is None
    assert target() == "15m"
    ProtocolVersion.objects.filter(pk=made.pk).update(content=made.content)
    assert versions.enforce(at + HOUR) == made
    assert target() == "10m"


def test_the_engine_keeps_the_date(draft: MakesDraft, sign: Signs, manager: User, at: datetime) -> None:
    with pytest.raises(errors.BadContent) as refused:
        draft(effective_at=at - HOUR)
    assert list(refused.value.errors) == ["effective_at"]
    ProtocolVersion.objects.filter(stage=Stage.DRAFT).delete()
    made = sign(draft(effective_at=at + HOUR))
    assert made.stage == Stage.SIGNED
    care(at + HOUR - timedelta(seconds=1))
    assert target() == "15m"
    with pytest.raises(errors.WrongStage):
        versions.edit(made, made.content | {"notes": "x"}, by=manager, at=at, edits=made.edits)
    care(at + HOUR)
    assert target() == "10m"
    made.refresh_from_db()
    assert (made.stage, made.runs_from) == (Stage.IN_FORCE, at + HOUR)


def test_who_may_do_what(draft: MakesDraft, casey: User, people: list[User], manager: User, at: datetime) -> None:
    vera, admin, _manager = people
    made = draft()
    refusals: list[Callable[[], Any]] = [
        lambda: versions.begin_draft(by=casey, at=at),
        lambda: versions.begin_draft(by=vera, at=at),
        lambda: versions.edit(made, made.content, by=vera, at=at, edits=made.edits),
        lambda: versions.ask(made, Office.VP, casey, by=manager, at=at),
        lambda: versions.ask(made, Office.VP, vera, by=vera, at=at),
        lambda: versions.withdraw(made, by=casey, at=at),
        lambda: versions.bring_up_to_date(made, by=casey, at=at),
        lambda: versions.sign(made, Office.VP, by=vera, at=at, seen=made.digest),  # nobody asked her
    ]
    for refusal in refusals:
        with pytest.raises(errors.NotYours):
            refusal()
    versions.ask(made, Office.VP, vera, by=manager, at=at)
    with pytest.raises(errors.NotYours):  # one person, one office
        versions.ask(made, Office.CCO, vera, by=manager, at=at)
    with pytest.raises(errors.NotYours):
        versions.sign(made, Office.VP, by=admin, at=at, seen=made.digest)
    with pytest.raises(errors.NotWhatYouSaw):
        versions.sign(made, Office.VP, by=vera, at=at, seen="another")
    versions.sign(made, Office.VP, by=vera, at=at, seen=made.digest, name="Vera Lindqvist")
    with pytest.raises(errors.WrongStage):
        versions.sign(made, Office.VP, by=vera, at=at, seen=made.digest)


def test_an_edit_takes_signatures_away(draft: MakesDraft, sign: Signs, manager: User, at: datetime) -> None:
    made = sign(draft(), 2)
    with pytest.raises(errors.LostUpdate):
        versions.edit(made, made.content, by=manager, at=at, edits=made.edits - 1)
    same = versions.edit(made, made.content, by=manager, at=at, edits=made.edits)
    assert same.signatures.exclude(signed_at=None).count() == 2
    changed = versions.edit(same, same.content | {"notes": "More"}, by=manager, at=at, edits=same.edits)
    assert not changed.signatures.exclude(signed_at=None).exists()
    assert changed.digest != made.digest


def test_another_date_is_not_signed_unseen(draft: MakesDraft, manager: User, vera: User, at: datetime) -> None:
    made = draft(effective_at=at + timedelta(days=30))
    versions.ask(made, Office.VP, vera, by=manager, at=at)
    tomorrow = at + timedelta(days=1)
    moved = versions.edit(made, made.content, by=manager, at=at, edits=made.edits, effective_at=tomorrow)
    assert moved.digest == made.digest
    with pytest.raises(errors.NotWhatYouSaw):
        versions.sign(made, Office.VP, by=vera, at=at, seen=made.digest, edits=made.edits)
    versions.sign(moved, Office.VP, by=vera, at=at, seen=moved.digest, edits=moved.edits)


def test_what_cannot_be_kept_or_shown_is_no_draft(draft: MakesDraft, sign: Signs, manager: User, at: datetime) -> None:
    made = draft()
    for years in (12, 7900):  # the last day of all is none in Tokyo
        when = at.replace(year=min(at.year + years, 9999))
        with pytest.raises(errors.BadContent, match="too far ahead"):
            versions.edit(made, made.content, by=manager, at=at, edits=made.edits, effective_at=when)
    content = made.content | {"goals": {"opened": -0.0}}  # comes back as 0.0 from PostgreSQL
    assert sign(versions.edit(made, content, by=manager, at=at, edits=made.edits)).stage == Stage.IN_FORCE


def test_of_two_drafts_one_wins(draft: MakesDraft, sign: Signs, manager: User, vera: User, at: datetime) -> None:
    one, other = draft("10m"), versions.begin_draft(by=manager, at=at)
    words = other.content | {"notes": "Call first.", "department": "Success"}
    other = versions.edit(other, words, by=manager, at=at, edits=0)
    versions.ask(other, Office.VP, vera, by=manager, at=at)
    sign(one)
    with pytest.raises(errors.OutOfDate):
        versions.sign(other, Office.VP, by=vera, at=at, seen=other.digest)
    assert versions.bring_up_to_date(other, by=manager, at=at) == []
    other.refresh_from_db()
    assert (other.content["notes"], other.content["severities"]["P1"]["response_target"]) == ("Call first.", "10m")
    third = versions.begin_draft(by=manager, at=at)
    for code, made in (("5m", other), ("7m", third)):
        made.content["severities"]["P1"]["response_target"] = code
        versions.edit(made, made.content, by=manager, at=at, edits=made.edits)
    Signature.objects.filter(version=other).update(signer=None, asked_at=None)
    other.refresh_from_db()
    assert sign(other).number == 2
    assert versions.bring_up_to_date(third, by=manager, at=at) == ["severities.P1.response_target"]
    third.refresh_from_db()
    assert third.content["severities"]["P1"]["response_target"] == "7m"
    withdrawn = versions.withdraw(third, by=manager, at=at)
    assert (withdrawn.stage, withdrawn.withdrawn_by) == (Stage.WITHDRAWN, manager)
    with pytest.raises(errors.WrongStage):
        versions.withdraw(third, by=manager, at=at)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_sign_last_at_once_one_wins(filled_protocol: Rows, at: datetime) -> None:
    filled_protocol.copy()
    versions.settings_changed(None, at)
    people = [User.objects.create(username=n, first_name=n, email=f"{n}@x.example", role="manager") for n in "abc"]
    made = []
    for response in ("10m", "5m"):
        version = versions.begin_draft(by=people[0], at=at)
        version.content["severities"]["P1"]["response_target"] = response
        version = versions.edit(version, version.content, by=people[0], at=at, edits=0)
        for office, person in zip(Office, people, strict=True):
            versions.ask(version, office, person, by=people[0], at=at)
            if office != Office.OPERATIONS:
                versions.sign(version, office, by=person, at=at, seen=version.digest)
        made.append(version)

    def last(version: ProtocolVersion) -> str:
        try:
            return versions.sign(version, Office.OPERATIONS, by=people[2], at=at, seen=version.digest).stage
        except errors.OutOfDate:
            return "refused"

    assert second(lambda: last(made[1]), while_first=lambda: last(made[0])) == "refused"
    assert target() == "10m"
    assert ProtocolVersion.objects.filter(runs=True).get().pk == made[0].pk


def test_going_back_is_a_new_version(draft: MakesDraft, sign: Signs, manager: User, at: datetime) -> None:
    first = sign(draft("10m"))
    sign(draft("5m"))
    back = versions.begin_draft(by=manager, at=at, of=first)
    assert back.copy_of == first
    back = sign(back)
    assert (back.number, target()) == (3, "10m")
    first.refresh_from_db()
    assert first.stage == Stage.ENDED
    with pytest.raises(DatabaseError), transaction.atomic():
        ProtocolVersion.objects.filter(pk=first.pk).update(title="Another")


def test_a_direct_change_is_provisional_until_it_is_taken_back(
    draft: MakesDraft, sign: Signs, log_issue: Callable[..., Ticket], admin: User, at: datetime
) -> None:
    signed, before = sign(draft("10m")), log_issue("P2")
    with versions.changing(admin, at + HOUR):
        Severity.objects.filter(pk="P1").update(response_target="20m")
    runs = versions.running()
    assert runs
    assert (runs.stage, runs.created_by, runs.number) == (Stage.PROVISIONAL, admin, None)
    assert "10 min → 20 min" in runs.title
    during = log_issue("P1", at=at + HOUR)
    assert before.protocol == signed
    assert {clock.protocol for clock in during.clocks.all()} == {runs} == {during.protocol}
    Severity.objects.filter(pk="P1").update(response_target="10m")
    care(at + 2 * HOUR)  # seen also where nobody said that something was changed
    signed.refresh_from_db()
    runs.refresh_from_db()
    assert (signed.stage, signed.runs, signed.runs_until) == (Stage.IN_FORCE, True, None)
    assert (runs.stage, runs.runs_until) == (Stage.ENDED, at + 2 * HOUR)
    assert versions.running(at + HOUR) == runs


def test_clocks_know_under_which_version_they_were_set(
    draft: MakesDraft, sign: Signs, loaded: ProtocolVersion, log_issue: Callable[..., Ticket], casey: User, at: datetime
) -> None:
    ticket = log_issue("P2")
    due = {clock.kind: clock.due_at for clock in ticket.clocks.all()}
    made = sign(draft("10m"))
    later = at + timedelta(minutes=1)
    assert {clock.kind: clock.due_at for clock in ticket.clocks.all()} == due  # what runs keeps its target
    ticket.send_update(summary="On it", next_steps="Look", by=casey, at=later)
    known = {(clock.kind, clock.cycle): clock.protocol for clock in ticket.clocks.all()}
    assert known == {("response", 1): loaded, ("update", 1): loaded, ("update", 2): made, ("resolution", 1): loaded}
    ticket.change_severity(severity=Severity.objects.get(pk="P1"), reason="Worse", by=casey, at=later)
    assert ticket.clocks.get(kind="resolution").protocol == made
    assert ticket.protocol == loaded
