"""Absences that cannot be are refused with the field and the reason."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from contacts.absences import save_absence
from contacts.models import Absence, Contact, User

DAY = timedelta(days=1)


@pytest.fixture
def leave(at: datetime, casey: User) -> Callable[..., Absence]:
    """Casey is away from the first to the second day after now, unless said otherwise."""

    def enter(since: float = 1, until: float = 2, **changed: Any) -> Absence:
        who = {} if {"user", "contact"} & changed.keys() else {"user": casey}
        return save_absence(Absence(**who, starts_at=at + since * DAY, ends_at=at + until * DAY, **changed))

    return enter


@pytest.fixture
def people(morgan: User) -> list[User]:
    return [User.objects.create(username=n, first_name=n.title(), email=f"{n}@desk.example") for n in ("ada", "bo")]


def refusal(enter: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(ValidationError) as refused:
        enter()
    [(field, [why])] = refused.value.message_dict.items()
    return field, why


def test_the_end_comes_after_the_start_and_within_two_years(leave):
    assert refusal(lambda: leave(2, 2))[0] == "ends_at"
    assert refusal(lambda: leave(1, 734))[0] == "ends_at"
    assert leave(1, 733).pk


def test_nobody_is_away_twice_at_once_by_whatever_name(leave, casey):
    leave(1, 3)
    place = Contact.objects.create(level="3", title="VP", user=casey)
    field, why = refusal(lambda: leave(2, 4, contact=place))
    assert (field, why) == (
        "starts_at",
        "Casey is away already from 24 Nov 2026 10:00 to 26 Nov 2026 10:00. Change that absence instead.",
    )
    assert leave(3, 4).pk
    moved = leave(0, 1)
    moved.ends_at += DAY
    assert refusal(lambda: save_absence(moved))[0] == "starts_at"


def test_who_stands_in_is_somebody_else_who_can_be_told(leave, casey, people, morgan):
    place = Contact.objects.create(level="3", title="VP", user=casey)
    assert refusal(lambda: leave(delegate=place)) == ("delegate", "Somebody else must stand in.")
    assert refusal(lambda: leave(delegate_user=morgan))[1] == "Morgan has no e-mail address and could not be told."
    Contact.objects.create(level="4", title="CCO", user=people[1], unreachable_since=casey.date_joined)
    assert refusal(lambda: leave(delegate_user=people[1]))[1].startswith("Mail to Bo is refused.")
    User.objects.filter(pk=people[0].pk).update(is_active=False)
    people[0].refresh_from_db()
    assert refusal(lambda: leave(delegate_user=people[0])) == ("delegate_user", "The account of Ada is closed.")


def test_delegates_go_in_no_circle_while_all_are_away(leave, casey, people):
    ada, bo = people
    leave(1, 5, user=ada, delegate_user=bo)
    leave(4, 9, user=bo, delegate_user=casey)
    assert refusal(lambda: leave(3, 6, delegate_user=ada)) == (
        "delegate_user",
        "While both are away, this goes in a circle: Ada → Bo → Casey.",
    )
    assert leave(2, 4, delegate_user=ada).pk  # Bo is still there
    assert leave(5, 7, delegate_user=ada).pk  # Ada is back


def test_the_administration_refuses_the_same(client, leave, at, people) -> None:
    place = Contact.objects.create(level="3", title="VP", name="Vera", email="vera@desk.example")
    leave(1, 3, contact=place)
    client.force_login(User.objects.create(username="root", is_superuser=True, is_staff=True))
    row = {"starts_at_0": "2026-11-25", "starts_at_1": "10:00", "ends_at_0": "2026-11-30", "ends_at_1": "10:00"}
    lines = {f"absences-1-{name}": value for name, value in row.items()}
    sent = {"level": "3", "title": "VP", "position": "0", "name": "Vera", "email": "vera@desk.example"} | lines
    kept = Absence.objects.get()
    old = {"id": kept.pk, "contact": place.pk, "starts_at_0": "2026-11-24", "starts_at_1": "10:00"}
    old |= {"ends_at_0": "2026-11-26", "ends_at_1": "10:00"}
    sent |= {f"absences-0-{name}": value for name, value in old.items()}
    sent |= {"absences-TOTAL_FORMS": "2", "absences-INITIAL_FORMS": "1"}
    answer = client.post(f"/admin/contacts/contact/{place.pk}/change/", sent)
    assert "is away already" in answer.content.decode()
    assert Absence.objects.count() == 1
