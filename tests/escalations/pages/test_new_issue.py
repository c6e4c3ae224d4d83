"""Logging an issue at /tickets/new/."""

from datetime import timedelta

import pytest

from contacts.models import Customer
from escalations.models import Ticket

pytestmark = pytest.mark.usefixtures("protocol")


def filled(acme, **changed):
    return {
        "customer": acme.pk,
        "subject": "Nobody can sign in",
        "severity": "P1",
        "description": "Since nine",
    } | changed


def test_the_page_explains_every_severity(desk):
    html = desk.get("/tickets/new/").content.decode()
    for words in (
        "answer in 15 min · solve in 4 h",
        "answer in 1 h · solve in 24 h",
        "5 business days",
        "Told at once",
    ):
        assert words in html, words


def test_a_logged_issue_runs_its_clocks(desk, acme, casey, at):
    response = desk.post("/tickets/new/", filled(acme, owner=casey.pk, reporter_email="dana@acme.example"))
    ticket = Ticket.objects.get()
    assert response["Location"] == ticket.get_absolute_url()
    assert ticket.next_due_at == at + timedelta(minutes=15)
    assert ticket.created_by == casey
    assert ticket.source == "web"


def test_it_may_have_been_reported_earlier(desk, acme, at):
    desk.post("/tickets/new/", filled(acme, reported_at=(at - timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M")))
    assert Ticket.objects.get().reported_at == at - timedelta(minutes=10)


def test_what_is_missing_is_named_and_everything_typed_is_kept(desk, acme):
    response = desk.post("/tickets/new/", filled(acme, customer="", reporter_email="not an address"))
    html = response.content.decode()
    assert response.status_code == 400
    assert not Ticket.objects.exists()
    assert "2 things need your attention" in html
    assert 'href="#new-customer"' in html
    for typed in ("Nobody can sign in", "Since nine", "not an address"):
        assert typed in html, typed
    assert 'id="new-severity-P1" required checked' in html


def test_a_report_from_the_future_is_refused(desk, acme):
    response = desk.post("/tickets/new/", filled(acme, reported_at="2026-11-24T10:00"))
    assert "This lies in the future" in response.content.decode()
    assert not Ticket.objects.exists()


def test_an_auditor_logs_nothing(signed_in, auditor, acme):
    client = signed_in(auditor)
    assert client.get("/tickets/new/").status_code == 403
    assert client.post("/tickets/new/", filled(acme)).status_code == 403
    assert not Ticket.objects.exists()


def test_a_churned_customer_cannot_be_chosen(desk, acme, at):
    acme.churned_at = at
    acme.save()
    assert desk.post("/tickets/new/", filled(acme)).status_code == 400


@pytest.mark.parametrize("typed", ["acme", "Acme", "ACME", "cm"])
def test_with_many_customers_the_name_is_written(desk, acme, monkeypatch, typed):
    monkeypatch.setattr("escalations.forms.CustomerField.LONGEST_LIST", 0)
    assert '<select name="customer"' not in desk.get("/tickets/new/").content.decode()
    desk.post("/tickets/new/", filled(acme, customer=typed))
    assert Ticket.objects.get().customer == acme


def test_a_name_that_fits_several_is_asked_for_again(desk, acme):
    Customer.objects.create(slug="acme-south", name="Acme South")
    Customer.objects.create(slug="acme-north", name="Acme North")
    html = desk.post("/tickets/new/", filled(acme, customer="acme-")).content.decode()
    assert "No customer is called that" in html
    html = desk.post("/tickets/new/", filled(acme, customer="acme ")).content.decode()
    assert "Several customers fit" not in html
    html = desk.post("/tickets/new/", filled(acme, customer="cme ")).content.decode()
    assert "Several customers fit: Acme, Acme North, Acme South" in html
