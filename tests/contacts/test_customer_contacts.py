"""Our people at a customer, and what the desk notes about it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from contacts.customer_contacts import MOST, add_contact, change_contact, move_contact, remove_contact
from contacts.customer_notes import delete_note, edit_note, write_note
from contacts.models import CustomerContact


def names(customer):
    return [contact.name for contact in customer.contacts.all()]


def test_a_contact_is_added_at_the_end_moved_changed_and_removed(acme, casey, at):
    tomas = add_contact(customer=acme, values={"name": "Tomás", "email": "tomas@acme.example"}, by=casey, at=at)
    assert names(acme) == ["Dana", "Tomás"]
    move_contact(contact=tomas, up=True, by=casey, at=at)
    assert names(acme) == ["Tomás", "Dana"]
    move_contact(contact=tomas, up=True, by=casey, at=at)
    change_contact(contact=tomas, values={"phone": "+34 1"}, by=casey, at=at)
    remove_contact(contact=tomas, by=casey, at=at)
    assert names(acme) == ["Dana"]
    assert [change.changes[0]["what"] for change in acme.changes.all()] == ["contact", "contact", "order", "contact"]


@pytest.mark.parametrize("values", [{"name": ""}, {"name": "Tomás", "email": "x"}, {"name": "x" * 121}])
def test_what_is_no_contact_is_refused(acme, casey, at, values):
    with pytest.raises(ValidationError):
        add_contact(customer=acme, values=values, by=casey, at=at)
    assert names(acme) == ["Dana"]


def test_there_is_an_end_to_contacts(acme, casey, at):
    CustomerContact.objects.bulk_create(CustomerContact(customer=acme, name=str(n)) for n in range(MOST - 1))
    with pytest.raises(ValidationError):
        add_contact(customer=acme, values={"name": "One more"}, by=casey, at=at)


def test_a_note_is_its_writers_own(acme, casey, morgan, at):
    note = write_note(customer=acme, text=" Prefers a call ", by=casey, at=at)
    assert note.text == "Prefers a call"
    edit_note(note=note, text="Prefers a mail", by=casey)
    for deed in (lambda: edit_note(note=note, text="x", by=morgan), lambda: delete_note(note=note, by=morgan)):
        with pytest.raises(PermissionDenied):
            deed()
    delete_note(note=note, by=casey)
    assert not acme.notes.exists()


@pytest.mark.parametrize("text", ["", "  ", "x" * 8001])
def test_a_note_says_something_in_bounds(acme, casey, at, text):
    with pytest.raises(ValidationError):
        write_note(customer=acme, text=text, by=casey, at=at)
