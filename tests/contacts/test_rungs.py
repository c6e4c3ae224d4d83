"""The one way into the matrix: who stood where is kept, an address starts clean, nobody is their own backup."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from contacts.customers import Stale
from contacts.models import Absence, Contact, Tenure
from contacts.models.matrix import Proof
from contacts.rungs import add_contact, remove_contact, reorder, save_contact

HOUR = timedelta(hours=1)


@pytest.fixture
def stand(db, morgan, at):
    """Adds somebody to level 3, or elsewhere."""

    def add(name, level="3", team=None, **more):
        email = f"{name.lower()}@desk.example" if name else ""
        contact = Contact(level=level, team=team, **{"title": "VP", "name": name, "email": email} | more)
        return add_contact(contact, by=morgan, at=at)

    return add


def story():
    """(name, position, is open), the oldest first."""
    return [(row.name, row.position, row.until is None) for row in Tenure.objects.order_by("pk")]


def on(level="3"):
    return [(row.name, row.position) for row in Contact.objects.filter(level=level).order_by("position")]


def test_whoever_is_added_stands_behind_the_others(stand, morgan, at):
    stand("Vera")
    stand("Ines")
    assert on() == [("Vera", 0), ("Ines", 1)]
    first = Tenure.objects.get(name="Vera")
    assert (first.by, first.since, first.email, first.source) == (morgan, at, "vera@desk.example", "page")


def test_another_person_in_a_place_ends_one_tenure_and_begins_another(stand, morgan, at):
    vera = stand("Vera")
    vera.name, vera.email = "Ida", "ida@desk.example"
    save_contact(vera, by=morgan, at=at + HOUR)
    save_contact(vera, by=morgan, at=at + 2 * HOUR)
    assert story() == [("Vera", 0, False), ("Ida", 0, True)]
    ended = Tenure.objects.get(name="Vera")
    assert (ended.until, ended.ended_by) == (at + HOUR, morgan)


def test_an_account_is_named_by_its_person(stand, casey):
    stand("", user=casey)
    assert [(row.name, row.email) for row in Tenure.objects.all()] == [("Casey", "casey@desk.example")]


def test_another_address_has_refused_and_proved_nothing(stand, morgan, at):
    vera = stand("Vera")
    Contact.objects.update(unreachable_since=at, unreachable_reason="550", proved_at=at, proved_how=Proof.DRILL)
    vera.refresh_from_db()
    vera.phone = "+44 161 555 0201"
    save_contact(vera, by=morgan, at=at)
    assert Contact.objects.get().unreachable_since == at
    vera.email = "v.lind@desk.example"
    save_contact(vera, by=morgan, at=at)
    now = Contact.objects.get()
    assert (now.unreachable_since, now.unreachable_reason, now.proved_at, now.proved_how) == (None, "", None, "")


def test_what_an_address_refused_elsewhere_it_refuses_here(stand, at):
    stand("Vera")
    Contact.objects.update(unreachable_since=at, unreachable_reason="550")
    assert stand("Vera", level="4").unreachable_reason == "550"


def test_a_successor_is_not_away_because_somebody_else_was(stand, morgan, at):
    vera = stand("Vera")
    Absence.objects.create(contact=vera, starts_at=at, ends_at=at + HOUR)
    vera.title = "Vice President"
    save_contact(vera, by=morgan, at=at)
    assert Absence.objects.exists()
    vera.name, vera.email = "Ida", "ida@desk.example"
    save_contact(vera, by=morgan, at=at)
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"email": "VERA@desk.example"}, "email"),
        ({"email": "nobody"}, "email"),
        ({"phone": "call me"}, "phone"),
        ({"title": ""}, "title"),
        ({"level": "6"}, "level"),
    ],
)
def test_what_cannot_be_used_is_named(stand, more, field):
    stand("Vera")
    with pytest.raises(ValidationError) as refusal:
        stand("Ines", **more)
    assert set(refusal.value.error_dict) == {field}
    assert on() == [("Vera", 0)]


def test_an_account_stands_once_on_a_rung_but_on_several_rungs(stand, casey, team):
    stand("", user=casey)
    stand("", user=casey, level="4")
    stand("", user=casey, team=team)
    with pytest.raises(ValidationError) as refusal:
        stand("Casey")  # by the same address
    assert refusal.value.message_dict == {"email": ["Casey stands on this rung already."]}


def test_the_order_changes_as_seen_or_not_at_all(stand, morgan, at):
    vera, ines, ida = (stand(name) for name in ("Vera", "Ines", "Ida"))
    keys = [vera.pk, ines.pk, ida.pk]
    reorder(level="3", team_id=None, keys=[ines.pk, vera.pk, ida.pk], seen=keys, by=morgan, at=at + HOUR)
    assert on() == [("Ines", 0), ("Vera", 1), ("Ida", 2)]
    with pytest.raises(Stale):
        reorder(level="3", team_id=None, keys=[ida.pk, vera.pk, ines.pk], seen=keys, by=morgan, at=at + HOUR)
    assert ("Ida", 2, True) in story()
    assert [row.position for row in Tenure.objects.filter(contact=vera).order_by("pk")] == [0, 1]


def test_who_is_removed_stays_in_the_history_and_backups_move_up(stand, morgan, at):
    vera, _ines = stand("Vera"), stand("Ines")
    remove_contact(vera, by=morgan, at=at + HOUR)
    assert on() == [("Ines", 0)]
    assert story() == [("Vera", 0, False), ("Ines", 1, False), ("Ines", 0, True)]
    assert Tenure.objects.get(name="Vera").contact is None


def test_who_was_removed_meanwhile_is_not_brought_back_by_a_change(stand, morgan, at):
    vera = stand("Vera")
    remove_contact(Contact.objects.get(), by=morgan, at=at)
    with pytest.raises(Contact.DoesNotExist):
        save_contact(vera, by=morgan, at=at)
