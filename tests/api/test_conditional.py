"""Entity tags: nothing is sent twice, and nobody undoes what somebody else did meanwhile."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.models import Absence, Contact, Customer, User
from escalations.models import Ticket
from escalations.protocol import versions
from templates_app.models import Notification
from tests import racing
from tests.api.conftest import MONDAY_TEN, Caller
from tests.api.problems import refusal


def address_of(ticket: Ticket) -> str:
    return f"/api/v1/tickets/{ticket.number}/"


@pytest.fixture
def addresses(ticket: Ticket, admin: User) -> list[str]:
    """One of each noun."""
    at = timezone.now()
    contact = Contact.objects.all()[0]
    absence = Absence.objects.create(contact=contact, starts_at=at, ends_at=at + timedelta(days=1))
    versions.settings_changed(None, at, begin=True)
    draft = versions.begin_draft(by=admin, at=at)
    note = Notification.objects.values_list("pk", flat=True)[0]
    names = ["severities/P2", "calendars/office", f"contacts/{contact.pk}", f"absences/{absence.pk}", "customers/acme"]
    names += [
        "users/casey",
        "templates/resolution",
        f"protocol/versions/{draft.pk}",
        "protocol",
        f"notifications/{note}",
    ]
    return [f"/api/v1/{name}/" for name in [f"tickets/{ticket.number}", *names]]


def test_every_noun_has_a_strong_tag_and_is_not_sent_again(configuring: Caller, addresses: list[str]) -> None:
    for address in addresses:
        first = configuring.get(address)
        tag = first["ETag"]
        assert tag.startswith('"'), address
        again = configuring.get(address, headers={"If-None-Match": f'"other", W/{tag}'})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag), address
        assert configuring.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
        assert configuring.head(address)["ETag"] == tag


def test_that_nothing_happened_to_a_ticket_is_cheap(api: Caller, ticket: Ticket) -> None:
    tag = api.get(address_of(ticket))["ETag"]
    with CaptureQueriesContext(connection) as asked:
        assert api.get(address_of(ticket), headers={"If-None-Match": tag}).status_code == 304
    assert len(asked) <= 3  # the token, what its owner may see, and the ticket


def test_every_change_of_a_ticket_is_another_tag(api: Caller, log_issue: Callable[..., Ticket], casey: User) -> None:
    with time_machine.travel(MONDAY_TEN, tick=False):
        ticket = log_issue("P1")
        tags = [api.get(address_of(ticket))["ETag"]]
        for verb, body in {"note": {"text": "x"}, "acknowledge": {}, "wait": {"reason": "x"}, "resume": {}}.items():
            tags.append(api.post(f"{address_of(ticket)}{verb}/", body)["ETag"])
        tags.append(api.patch(address_of(ticket), {"tags": ["sso"]})["ETag"])
        assert api.get(address_of(ticket))["ETag"] == tags[-1]
    with time_machine.travel(MONDAY_TEN + timedelta(hours=5), tick=False):  # overdue, though no sweep has seen it
        tags.append(api.get(address_of(ticket))["ETag"])
    assert len(set(tags)) == 7


def test_what_was_changed_meanwhile_is_not_overwritten(api: Caller, ticket: Ticket) -> None:
    tag = api.get(address_of(ticket))["ETag"]
    assert api.patch(address_of(ticket), {"subject": "First"}, headers={"If-Match": tag}).status_code == 200
    refusal(api.patch(address_of(ticket), {"subject": "Second"}, headers={"If-Match": tag}), 412)
    refusal(api.post(f"{address_of(ticket)}take/", {}, headers={"If-Match": tag}), 412)
    now = api.get(address_of(ticket))
    assert now.json()["subject"] == "First"
    assert api.post(f"{address_of(ticket)}take/", {}, headers={"If-Match": now["ETag"]}).status_code == 200
    assert api.patch(address_of(ticket), {"subject": "Without"}).status_code == 200


@pytest.mark.parametrize("given", ['W/"{tag}"', '"{tag}x"', "{tag}", "", '""'])
def test_a_tag_that_is_none_changes_nothing(api: Caller, ticket: Ticket, given: str) -> None:
    tag = api.get(address_of(ticket))["ETag"].strip('"')
    refusal(api.patch(address_of(ticket), {"subject": "x"}, headers={"If-Match": given.format(tag=tag)}), 412)


def test_any_tag_is_named_by_a_star(api: Caller, ticket: Ticket) -> None:
    assert api.patch(address_of(ticket), {"subject": "x"}, headers={"If-Match": "*"}).status_code == 200
    refusal(api.patch("/api/v1/tickets/ESC-999999/", {"subject": "x"}, headers={"If-Match": "*"}), 404)


def test_every_other_noun_keeps_its_tags_promise(configuring: Caller, addresses: list[str]) -> None:
    bodies: dict[str, Any] = {"customers/acme": {"name": "Acme 2"}, "severities/P2": {"name": "Grave"}}
    bodies |= {"calendars/office": {"name": "Hours"}, "users/casey": {"phone": "+49 30 1"}, "contacts/": {"title": "T"}}
    bodies |= {"absences/": {"note": "away"}, "templates/resolution": {"name": "Solved"}}
    for part, body in bodies.items():
        address = next(each for each in addresses if part in each)
        tag = configuring.get(address)["ETag"]
        done = configuring.patch(address, body, headers={"If-Match": tag})
        assert (done.status_code, done["ETag"] == tag) == (200, False), (address, done.content)
        refusal(configuring.patch(address, body, headers={"If-Match": tag}), 412)
    absence = next(each for each in addresses if "absences" in each)
    refusal(configuring.delete(absence, headers={"If-Match": '"old"'}), 412)
    tag = configuring.get(absence)["ETag"]
    assert configuring.delete(absence, headers={"If-Match": tag}).status_code == 204


def test_the_compressed_answer_has_a_tag_of_its_own_that_serves_as_well(api: Caller, ticket: Ticket) -> None:
    plain, zipped = api.get(address_of(ticket)), api.get(address_of(ticket), headers={"Accept-Encoding": "gzip"})
    assert zipped["ETag"] == f'{plain["ETag"][:-1]}-gzip"'
    assert api.get(address_of(ticket), headers={"If-None-Match": zipped["ETag"]}).status_code == 304
    assert api.patch(address_of(ticket), {"subject": "x"}, headers={"If-Match": zipped["ETag"]}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_with_the_same_tag_one_comes_through(api: Caller, ticket: Ticket, casey: User) -> None:
    tag = api.get(address_of(ticket))["ETag"]
    late = racing.second(
        lambda: api.patch(address_of(ticket), {"subject": "Late"}, headers={"If-Match": tag}),
        while_first=lambda: ticket.edit(subject="First", by=casey, at=timezone.now()),
    )
    refusal(late, 412)
    assert Ticket.objects.get().subject == "First"


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_on_a_customer_one_comes_through(managing: Caller, acme: Customer) -> None:
    tag = managing.get("/api/v1/customers/acme/")["ETag"]
    late = racing.second(
        lambda: managing.patch("/api/v1/customers/acme/", {"name": "Late"}, headers={"If-Match": tag}),
        while_first=lambda: managing.patch("/api/v1/customers/acme/", {"name": "First"}, headers={"If-Match": tag}),
    )
    refusal(late, 412)
    assert Customer.objects.get().name == "First"
