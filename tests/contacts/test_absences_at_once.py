"""Two who change one absence, or the turns of one rung: the second hears of the first."""

from datetime import timedelta

import pytest
from django.test import Client

from contacts.absences import remove_absence
from contacts.models import Absence, Contact, Rotation, User
from tests.racing import second


@pytest.fixture
def office(morgan: User) -> Client:
    client = Client()
    client.force_login(morgan)
    return client


@pytest.fixture
def leave(casey: User, at) -> Absence:
    return Absence.objects.create(user=casey, starts_at=at + timedelta(days=8), ends_at=at + timedelta(days=9))


def shown(client: Client, address: str, **changed: object) -> dict[str, object]:
    form = client.get(address).context["form"]
    return {name: form[name].value() or "" for name in form.fields} | changed


@pytest.mark.django_db
def test_the_second_who_changes_an_absence_is_told_and_may_insist(office: Client, leave: Absence, morgan: User) -> None:
    address = f"/absences/{leave.pk}/"
    mine = shown(office, address, note="Surgery")
    assert office.post(address, shown(office, address, stand_in=f"u{morgan.pk}")).status_code == 400  # no address
    User.objects.filter(pk=morgan.pk).update(email="morgan@desk.example")
    assert office.post(address, shown(office, address, stand_in=f"u{morgan.pk}")).status_code == 302
    told = office.post(address, mine)
    assert told.status_code == 409
    assert "who stands in: Morgan" in told.text
    assert 'value="Surgery"' in told.text
    assert office.post(address, mine | {"seen": told.context["form"]["seen"].value()}).status_code == 302
    assert Absence.objects.get().note == "Surgery"


@pytest.mark.django_db
def test_the_second_who_sets_turns_is_told_and_may_insist(office: Client, casey: User) -> None:
    ada, bo = (Contact.objects.create(level="2", title="Lead", name=n, position=p) for p, n in enumerate(("Ada", "Bo")))
    address, both = "/contacts/rotations/-/2/", {"takes_turns": [ada.pk, bo.pk]}
    mine = shown(office, address, zone="Europe/Paris", **both)
    assert office.post(address, shown(office, address, zone="Asia/Tokyo", **both)).status_code == 302
    told = office.post(address, mine)
    assert told.status_code == 409
    assert "(Asia/Tokyo), Ada, Bo" in told.text
    assert office.post(address, mine | {"seen": told.context["form"]["seen"].value()}).status_code == 302
    assert Rotation.objects.get().zone == "Europe/Paris"


@pytest.mark.only("postgresql")
@pytest.mark.django_db(transaction=True)
def test_what_is_removed_in_this_moment_does_not_come_back(office: Client, leave: Absence) -> None:
    mine = shown(office, f"/absences/{leave.pk}/", note="Surgery")
    answer = second(
        lambda: office.post(f"/absences/{leave.pk}/", mine), while_first=lambda: remove_absence(Absence.objects.get())
    )
    assert answer.status_code == 404
    assert not Absence.objects.exists()
