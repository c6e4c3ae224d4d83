"""Which rungs nobody will stand on, and who hears of it at night."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from contacts.models import Absence, Contact, Rotation, Team, User
from contacts.models.people import Role
from escalations.care import care
from escalations.reach.coverage import GAP, WEAK, coverage
from templates_app import mail
from templates_app.models import Notification

DAY = timedelta(days=1)


@pytest.fixture
def morgan(db: None) -> User:
    return User.objects.create(username="morgan", first_name="Morgan", email="morgan@desk.example", role=Role.MANAGER)


@pytest.fixture
def away(at: datetime) -> Callable[..., Absence]:
    """Whoever stands on this level is away, from and until so many days after Monday at ten."""

    def leave(level: str, since: float, until: float, **changed: Any) -> Absence:
        who = Contact.objects.get(level=level, team=None, position=0)
        return Absence.objects.create(contact=who, starts_at=at + since * DAY, ends_at=at + until * DAY, **changed)

    return leave


def seen(at: datetime) -> list[tuple[str, str, float | None, float | None, str]]:
    """(level, state, from, until in days after `at`, why), soonest first."""
    return [
        (s.rung.level, s.state, s.since and (s.since - at) / DAY, s.until and (s.until - at) / DAY, s.why)
        for s in coverage(at).stretches
    ]


def test_a_full_matrix_has_no_gap_and_says_who_never_answered(protocol: None, at: datetime) -> None:
    assert seen(at) == []
    Contact.objects.filter(level="3").update(proved_at=at)
    assert sorted(each.level for each in coverage(at).unproven) == ["1", "2", "4", "5", "product", "technical"]


def test_a_gap_lasts_from_the_first_to_the_last_of_those_who_are_away(protocol: None, away: Any, at: datetime) -> None:
    Contact.objects.create(level="3", title="VP", name="Backup", email="backup@desk.example", position=1)
    away("3", 2, 6)
    Absence.objects.create(contact=Contact.objects.get(name="Backup"), starts_at=at + 4 * DAY, ends_at=at + 30 * DAY)
    away("4", -1, 70)
    away("5", 15, 20)
    Contact.objects.filter(level="technical").update(unreachable_since=at)
    Contact.objects.filter(level="product").update(name="", email="")
    assert seen(at) == [
        ("4", GAP, None, None, "Person 4: absent"),
        ("product", GAP, None, None, "nobody named"),
        ("technical", GAP, None, None, "Person technical: mail was refused"),
        ("3", GAP, 4, 6, "Backup: absent; Person 3: absent"),
    ]


def test_a_team_whose_own_people_are_away_leans_on_everyones_rung(protocol, team: Team, casey: User, at) -> None:
    Contact.objects.create(level="2", title="Lead", user=casey, team=team)
    Absence.objects.create(user=casey, starts_at=at + DAY, ends_at=at + 2 * DAY)
    assert seen(at) == [("2", WEAK, 1, 2, "Casey: absent")]
    Contact.objects.filter(level="2", team=None).delete()
    assert [row[:4] for row in seen(at)] == [("2", GAP, None, None), ("2", GAP, 1, 2)]


def test_a_handover_to_somebody_who_is_away_is_no_gap_while_there_is_a_backup(protocol, away, at) -> None:
    Rotation.objects.create(level="2", starts_on=date(2026, 11, 23), at=time(9), zone="UTC")
    second = Contact.objects.create(level="2", title="Lead", name="Bo", email="bo@desk.example", position=1)
    away("2", -1, 3)
    assert seen(at) == []
    Absence.objects.create(contact=second, starts_at=at + DAY, ends_at=at + 9 * DAY)
    assert [row[:4] for row in seen(at)] == [("2", GAP, 1, 3)]


def test_managers_hear_once_a_night_of_what_is_new_and_again_the_day_before(protocol, away, morgan, admin, at) -> None:
    def night(n: int) -> list[Notification]:
        morning = (at + n * DAY).replace(hour=5)
        before = set(Notification.objects.values_list("pk", flat=True))
        for minute in (-1, 0, 1, 60):
            care(morning + timedelta(minutes=minute))
        care(at + n * DAY)
        return list(Notification.objects.filter(kind="coverage").exclude(pk__in=before))

    assert night(0) == []
    away("3", 3.5, 40)
    [first, other] = night(1)
    assert {first.to_address, other.to_address} == {"morgan@desk.example", "admin@desk.example"}
    words = mail.compose([first], at=first.created_at)
    assert words.subject == "[Switchback] 1 gap in the matrix: VP of Customer Success, from Thu 26 Nov, 22:00 UTC on"
    assert "from Thu 26 Nov, 22:00 UTC to Sat 2 Jan 2027, 10:00 UTC. Person 3: absent" in words.text
    assert "/contacts/coverage/" in words.html
    assert night(2) == []
    assert len(night(3)) == 2  # it begins within 24 hours
    assert night(4) == night(5) == []
    away("4", 9, 10)
    assert len(night(6)) == 2


def test_the_page_shows_gaps_to_everybody(protocol, away, casey: User, at) -> None:
    away("3", 1, 2)
    with time_machine.travel(at, tick=False):
        client = Client()
        client.force_login(casey)
        answer = client.get("/contacts/coverage/")
    rows = {rung.level: [bool(cell) for cell in cells] for rung, cells in answer.context["rows"]}
    assert rows["3"] == [False, True, True, *[False] * 11]
    assert not any(rows["4"])
    assert "Person 3: absent" in answer.text
