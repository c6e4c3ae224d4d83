"""Absences and weekly turns on their pages."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from contacts.models import Absence, Contact, Rotation, Team, User


@pytest.fixture
def browser(at: datetime) -> Any:
    with time_machine.travel(at, tick=False):

        def sign_in(user: User) -> Client:
            client = Client()
            client.force_login(user)
            return client

        yield sign_in


DAYS = {"first_day": "2026-12-01", "last_day": "2026-12-04"}


def test_whole_days_are_those_of_whoever_is_away(browser: Callable[[User], Client], casey: User) -> None:
    User.objects.update(time_zone="Asia/Tokyo")
    answer = browser(casey).post("/absences/new/", DAYS | {"note": "Leave"}, follow=True)
    absence = Absence.objects.get()
    assert absence.user == casey
    assert absence.starts_at == datetime.fromisoformat("2026-12-01T00:00+09:00")
    assert absence.ends_at == datetime.fromisoformat("2026-12-05T00:00+09:00")
    assert "1 Dec – 4 Dec" in answer.text
    form = browser(casey).get(f"/absences/{absence.pk}/").context["form"]
    assert {name: str(form.initial[name]) for name in DAYS} == DAYS
    browser(casey).post(f"/absences/{absence.pk}/", DAYS | {"from_time": "13:00", "until_time": "09:30"})
    absence.refresh_from_db()
    assert absence.starts_at == datetime.fromisoformat("2026-12-01T13:00+09:00")
    assert absence.ends_at == datetime.fromisoformat("2026-12-04T09:30+09:00")


def test_a_refusal_stands_beside_the_field_and_what_was_typed_stays(browser: Callable[[User], Client], casey) -> None:
    answer = browser(casey).post("/absences/new/", {"first_day": "2026-12-04", "last_day": "2026-12-01", "note": "x"})
    assert answer.status_code == 400
    assert answer.context["form"].errors == {"last_day": ["This must lie after the start."]}
    assert 'value="2026-12-04"' in answer.text
    for wrong in ("0001-01-01", "9999-12-31", "x", ""):
        assert browser(casey).post("/absences/new/", DAYS | {"last_day": wrong}).status_code == 400


def test_others_are_entered_by_managers_alone(browser: Callable[[User], Client], casey: User, morgan: User) -> None:
    outsider = Contact.objects.create(level="technical", title="Engineering", name="Johanna", email="jo@desk.example")
    browser(casey).post("/absences/new/", DAYS | {"who": f"u{morgan.pk}"})
    assert Absence.objects.get().user == casey
    browser(morgan).post("/absences/new/", DAYS | {"who": f"c{outsider.pk}", "stand_in": f"u{casey.pk}"})
    theirs = Absence.objects.get(contact=outsider)
    assert theirs.delegate_user == casey
    assert browser(casey).get(f"/absences/{theirs.pk}/").status_code == 404
    assert browser(casey).post(f"/absences/{theirs.pk}/remove/").status_code == 404
    assert "Johanna" not in browser(casey).get("/absences/").text
    assert "Johanna" in browser(morgan).get("/absences/").text
    browser(morgan).post(f"/absences/{theirs.pk}/remove/")
    assert Absence.objects.count() == 1


def test_an_auditor_reads(browser: Callable[[User], Client], casey: User) -> None:
    Absence.objects.create(user=casey, starts_at="2026-11-23T00:00Z", ends_at="2026-11-25T00:00Z")
    client = browser(User.objects.create(username="audrey", role="auditor"))
    assert "Casey" in client.get("/absences/").text
    assert client.get("/absences/new/").status_code == 403
    assert client.post(f"/absences/{Absence.objects.get().pk}/", DAYS).status_code == 403


def test_turns_are_set_seen_and_ended(browser: Callable[[User], Client], casey, morgan, team: Team, at) -> None:
    rung = {"level": "2", "title": "Lead", "team": team}
    ada, bo = (
        Contact.objects.create(name=name, email=f"{name}@x.example", position=n, **rung)
        for n, name in enumerate(("Ada", "Bo"))
    )
    manager, address = browser(morgan), f"/contacts/rotations/{team.slug}/2/"
    given = {"starts_on": "2026-11-16", "at": "09:00", "zone": "Europe/Berlin"}
    assert browser(casey).post(address, given).status_code == 403
    refused = manager.post(address, given | {"takes_turns": [ada.pk]})
    assert refused.context["form"].errors == {"takes_turns": ["Turns need at least two who take them."]}
    assert manager.post(address, given | {"takes_turns": [ada.pk, bo.pk]}).status_code == 302
    assert (Rotation.objects.get().starts_on, Rotation.objects.get().at) == (date(2026, 11, 16), time(9))
    Absence.objects.create(contact=ada, starts_at=at + timedelta(days=8), ends_at=at + timedelta(days=9), delegate=bo)
    [rotating] = manager.get("/contacts/rotations/").context["turning"]
    weeks = [(week.contact.name, week.told.name, week.as_planned) for week in rotating.weeks[:4]]
    assert weeks == [("Bo", "Bo", True), ("Ada", "Ada", True), ("Ada", "Bo", False), ("Ada", "Ada", True)]
    assert rotating.weeks[0].is_now
    assert manager.post(f"{address}end/").status_code == 302
    assert not Rotation.objects.exists()
    for nowhere in ("/contacts/rotations/-/9/", "/contacts/rotations/none/2/", "/contacts/rotations/-/4/"):
        assert manager.get(nowhere).status_code == 404
