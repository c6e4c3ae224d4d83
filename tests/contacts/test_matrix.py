"""Who, for this rung, at this moment? Absences, delegates, turns."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from contacts.matrix import Matrix
from contacts.models import Absence, Contact, Rotation, User

HOUR = timedelta(hours=1)


@pytest.fixture
def stand(db: None) -> Callable[..., Contact]:
    """Somebody on level 2 (or as said), in the next free position."""

    def put(name: str, **changed: Any) -> Contact:
        fields = {"level": "2", "title": "Lead", "name": name, "email": f"{name}@desk.example".lower()} | changed
        position = Contact.objects.filter(level=fields["level"], team=fields.get("team")).count()
        return Contact.objects.create(position=position, **fields)

    return put


@pytest.fixture
def away(at: datetime) -> Callable[..., Absence]:
    def leave(who: Contact | User, instead: Contact | User | None = None, days: int = 1) -> Absence:
        names = {"contact" if isinstance(who, Contact) else "user": who}
        names |= {"delegate" if isinstance(instead, Contact) else "delegate_user": instead} if instead else {}
        return Absence.objects.create(starts_at=at - HOUR, ends_at=at + timedelta(days=days), **names)

    return leave


def told(at: datetime, level: str = "2", team: int | None = None) -> str:
    recipient = Matrix.at(at).who(level, team).recipient
    return recipient.name if recipient else ""


def test_a_delegate_is_followed_through_contacts_and_users(stand, away, casey, morgan, at):
    first, second = stand("First"), stand("Second")
    morgan.email = "morgan@desk.example"
    morgan.save()
    away(first, casey)
    assert told(at) == "Casey"
    assert Matrix.at(at).who("2", None).recipient.title == "Lead"
    away(casey, morgan)
    assert told(at) == "Morgan"
    away(morgan)
    assert told(at) == "Second"
    assert Matrix.at(at).away(first).stand_in is None
    assert Matrix.at(at).away(second) is None


def test_a_loop_of_delegates_ends_in_nobody(stand, away, casey, at):
    first, outsider = stand("First", user=casey), stand("Outsider", level="3")
    away(casey, outsider)
    away(outsider, first)
    assert told(at) == ""
    assert (Matrix.at(at).is_away(casey.pk), Matrix.at(at).stand_in_for(casey.pk)) == (True, None)


def test_a_user_is_away_wherever_they_stand_and_from_the_first_to_the_last_instant(stand, casey, at):
    stand("", user=casey, email="")
    stand("Other", user=casey, level="3")
    Absence.objects.create(user=casey, starts_at=at, ends_at=at + HOUR)
    for level, name in (("2", "Casey"), ("3", "Other")):
        assert [told(at + delta, level) for delta in (-timedelta.resolution, 0 * HOUR, HOUR)] == [name, "", name]


def test_somebody_who_stands_nowhere_can_be_away(away, casey, morgan, at):
    User.objects.filter(pk=morgan.pk).update(email="morgan@desk.example")
    away(casey, morgan)
    matrix = Matrix.at(at)
    assert matrix.is_away(casey.pk)
    assert not matrix.is_away(morgan.pk)
    assert matrix.stand_in_for(casey.pk).user_id == morgan.pk


def test_a_stand_in_whose_account_is_closed_is_passed_over(stand, away, casey, at):
    away(stand("First"), casey)
    stand("Second")
    User.objects.update(is_active=False)
    assert told(at) == "Second"
    assert Matrix.at(at).who("2", None).codes == ["closed"]


def test_who_takes_turns_is_first_by_the_week_and_the_next_one_is_the_backup(stand, away, at):
    ada, bo, cy = stand("Ada"), stand("Bo"), stand("Cy")
    stand("Fixed", rotates=False)
    Rotation.objects.create(level="2", starts_on=date(2026, 11, 9), at=time(9), zone="Europe/Berlin")
    week = timedelta(days=7)
    assert [told(at + n * week) for n in range(-3, 3)] == ["Ada", "Ada", "Bo", "Cy", "Ada", "Bo"]
    turn = Matrix.at(at).on_turn("2", None)
    assert (turn.contact, turn.then) == (cy, ada)
    assert turn.until == datetime.fromisoformat("2026-11-30T08:00Z")
    away(cy, bo)
    assert told(at) == "Bo"
    Absence.objects.all().delete()
    away(cy)
    assert [told(at), told(at + 3 * HOUR)] == ["Ada", "Ada"]


def test_the_whole_of_it_takes_one_query_and_one_more_each_for_absences_and_turns(
    stand, away, casey, at, django_assert_num_queries
):
    people = [stand(f"P{n}") for n in range(5)]
    with django_assert_num_queries(1):
        assert told(at) == "P0"
    for each in people:
        away(each, casey)
    Rotation.objects.create(level="2", starts_on=date(2026, 11, 23), at=time(9), zone="UTC")
    with django_assert_num_queries(3):
        assert told(at) == "Casey"
