"""Two who change the contact matrix in the same moment."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from contacts.models import Contact, User
from contacts.rungs import on_rung, reorder, save_contact
from tests.racing import second

# On SQLite the write lock alone would make the second wait, and see the first.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.only("postgresql")]


@pytest.fixture
def three() -> list[Contact]:
    names = enumerate(("Ada", "Bo", "Cleo"))
    return [Contact.objects.create(level="3", title="VP", name=n, email=f"{n}@x.example", position=p) for p, n in names]


@pytest.fixture
def office(morgan: User) -> Client:
    client = Client()
    client.force_login(morgan)
    return client


@pytest.fixture
def rename(three: list[Contact], at: Any) -> Callable[[], None]:
    """Somebody else gives the first position a new name and phone."""

    def save() -> None:
        ada = Contact.objects.get(pk=three[0].pk)
        ada.name, ada.phone = "Ada Lund", "+46 8 5550 0103"
        save_contact(ada, by=None, at=at)

    return save


def test_of_two_who_save_in_one_moment_the_second_is_told(office: Client, three, rename) -> None:
    form = office.get(f"/contacts/{three[0].pk}/").context["form"]
    shown = {name: form[name].value() or "" for name in form.fields} | {"title": "Vice president"}
    answer = second(lambda: office.post(f"/contacts/{three[0].pk}/", shown), while_first=rename)
    assert answer.status_code == 409
    assert Contact.objects.get(pk=three[0].pk).name == "Ada Lund"


def test_nobody_is_removed_who_has_just_changed(office: Client, three, rename) -> None:
    seen = office.get(f"/contacts/{three[0].pk}/remove/").context["seen"]
    answer = second(lambda: office.post(f"/contacts/{three[0].pk}/remove/", {"seen": seen}), while_first=rename)
    assert answer.status_code == 409
    assert len(on_rung("3", None)) == 3


def test_of_two_who_change_the_order_in_one_moment_the_second_is_told(office: Client, three, at) -> None:
    order = [each.pk for each in three]
    up = {"order": ",".join(map(str, order))}
    second(
        lambda: office.post(f"/contacts/{three[2].pk}/up/", up),
        while_first=lambda: reorder(level="3", team_id=None, keys=[order[1], order[0], order[2]], by=None, at=at),
    )
    assert [each.name for each in on_rung("3", None)] == ["Bo", "Ada", "Cleo"]
    assert "somebody else has changed this rung" in office.get("/contacts/").text


def test_a_program_that_changes_one_field_undoes_no_other(office: Client, morgan: User, three, rename, at) -> None:
    from contacts.tokens import issue_token

    _token, plain = issue_token(morgan, "test", at)
    change = {"data": {"title": "Vice president"}, "content_type": "application/json"}
    address, head = f"/api/v1/contacts/{three[0].pk}/", {"Authorization": f"Bearer {plain}"}
    answer = second(lambda: Client().patch(address, headers=head, **change), while_first=rename)
    assert answer.status_code == 200, answer.content
    ada = Contact.objects.get(pk=three[0].pk)
    assert (ada.name, ada.phone, ada.title) == ("Ada Lund", "+46 8 5550 0103", "Vice president")
