"""Customers change, and every change is kept."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from contacts.churn import NotNow, churn, win_back
from contacts.customers import Stale, amount, change_customer, create_customer, explained, facts, free_slug
from contacts.models import Customer, CustomerChange, HealthRecord


def logged(customer):
    return [(c.kind, {d["what"]: (d["from"], d["to"]) for d in c.changes}) for c in customer.changes.all()]


def test_a_new_customer_gets_a_short_name_a_health_record_and_a_line_in_the_log(casey, at):
    customer = create_customer(values={"name": "Globex & Söhne GmbH"}, by=casey, at=at)
    assert customer.slug == "globex-sohne-gmbh"
    assert [record.health for record in customer.health_records.all()] == ["green"]
    assert logged(customer)[0][0] == "created"


def test_a_short_name_that_is_taken_gets_a_number(acme, casey, at):
    assert create_customer(values={"name": "ACME"}, by=casey, at=at).slug == "acme-2"
    assert free_slug("Acme") == "acme-3"
    assert free_slug("import") == "import-2"
    assert free_slug("株式会社") == ""


def test_a_name_of_any_length_still_gives_a_short_name(acme, casey, at):
    for _ in range(2):
        customer = create_customer(values={"name": "x" * 120}, by=casey, at=at)
        assert len(customer.slug) <= 60


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "株式会社"}, "slug"),
        ({"name": "Two", "slug": "acme"}, "slug"),
        ({"name": "Two", "slug": "new"}, "slug"),
        ({"name": "Two", "annual_value": Decimal(-1)}, "annual_value"),
        ({"name": "Two", "annual_value": Decimal("1e15")}, "annual_value"),
        ({"name": "Two", "currency": "euro"}, "currency"),
        ({"name": "Two", "health": "purple"}, "health"),
    ],
)
def test_what_cannot_be_kept_is_named(acme, casey, at, values, field):
    with pytest.raises(ValidationError) as refusal:
        create_customer(values=values, by=casey, at=at)
    assert field in refusal.value.message_dict
    assert Customer.objects.count() == 1


def test_a_change_is_kept_with_old_and_new(acme, casey, at):
    change_customer(customer=acme, values={"tier": "Platinum", "annual_value": Decimal("99.5")}, by=casey, at=at)
    assert logged(acme) == [("changed", {"tier": ("Gold", "Platinum"), "annual_value": ("120000.00", "99.50")})]
    assert acme.tier == "Platinum"


def test_nothing_changed_leaves_no_trace(acme, casey, at):
    assert change_customer(customer=acme, values={"tier": "Gold", "annual_value": 120_000}, by=casey, at=at) == []
    assert not CustomerChange.objects.exists()


def test_another_health_is_a_record_with_its_reason(acme, casey, at):
    change_customer(customer=acme, values={"health": "red"}, note="Their sponsor has left.", by=casey, at=at)
    record = HealthRecord.objects.get()
    assert (record.health, record.note, record.by) == ("red", "Their sponsor has left.", casey)
    assert logged(acme) == [("changed", {"health": ("green", "red")})]


def test_a_person_says_why_the_health_changes(acme, casey, at):
    with pytest.raises(ValidationError) as refusal:
        change_customer(customer=acme, values={"health": "red"}, note=" ", by=casey, at=at)
    assert "note" in refusal.value.message_dict
    assert not HealthRecord.objects.exists()


def test_the_second_of_two_people_is_told_what_has_changed(acme, casey, morgan, at):
    seen = facts(acme)
    change_customer(customer=acme, values={"tier": "Silver"}, by=morgan, at=at)
    with pytest.raises(Stale) as stale:
        change_customer(customer=acme, values={"name": "Acme Inc"}, seen=seen, by=casey, at=at)
    assert stale.value.differences == [{"what": "tier", "from": "Gold", "to": "Silver"}]
    acme.refresh_from_db()
    assert acme.name == "Acme"


def test_leaving_and_coming_back_are_both_kept(acme, casey, at):
    churn(customer=acme, on=date(2026, 11, 20), reason="Too dear", by=casey, at=at)
    assert (acme.churned_at.date(), acme.churn_reason) == (date(2026, 11, 20), "Too dear")
    with pytest.raises(NotNow):
        churn(customer=acme, on=date(2026, 11, 20), reason="Again", by=casey, at=at)
    win_back(customer=acme, by=casey, at=at + timedelta(days=1))
    assert (acme.churned_at, acme.churn_reason) == (None, "")
    assert [kind for kind, _changes in logged(acme)] == ["won_back", "churned"]
    with pytest.raises(NotNow):
        win_back(customer=acme, by=casey, at=at)


@pytest.mark.parametrize(
    ("on", "reason", "field"),
    [
        (date(2026, 11, 24), "Too dear", "on"),
        (date(1999, 1, 1), "Too dear", "on"),
        (date(2026, 11, 20), " ", "reason"),
        (date(2026, 11, 20), "x" * 301, "reason"),
    ],
)
def test_no_one_leaves_tomorrow_or_without_a_reason(acme, casey, at, on, reason, field):
    with pytest.raises(ValidationError) as refusal:
        churn(customer=acme, on=on, reason=reason, by=casey, at=at)
    assert field in refusal.value.message_dict
    acme.refresh_from_db()
    assert acme.churned_at is None


def test_a_change_is_explained_in_words(acme, casey, team, at):
    values = {"team": None, "health": "red", "renewal_on": date(2027, 1, 31), "annual_value": Decimal("1840000")}
    changes = change_customer(customer=acme, values=values, by=casey, at=at)
    assert {each["label"]: (each["from"], each["to"]) for each in explained(changes)} == {
        "Team": ("EMEA", ""),
        "Health": ("Green", "Red"),
        "Renewal": ("", "31 Jan 2027"),
        "Annual value": ("120,000", "1,840,000"),
    }


def test_money_is_written_to_the_last_digit():
    assert amount(Customer(annual_value=Decimal("1840000.00"), currency="EUR")) == "EUR 1,840,000"
    assert amount(Customer(annual_value=Decimal("1200.5"), currency="USD")) == "USD 1,200.50"
    assert amount(Customer()) == ""
