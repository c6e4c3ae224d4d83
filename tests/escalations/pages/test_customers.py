"""The customers: the list, one customer, and what people keep about it."""

import csv
import io
import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from contacts.churn import churn
from contacts.customers import change_customer, facts
from contacts.health import record_health
from contacts.models import Customer, CustomerContact, CustomerNote, HealthRecord
from escalations.customer_record import record_of
from tests.escalations.pages.test_queue import count_queries

pytestmark = pytest.mark.once  # forms, words and rights; test_query_budget reads every page on both

PAGES = ("", "issues/", "notes/", "changes/")


@pytest.fixture
def book(acme, team, at):
    """Three more customers: one to renew soon, one to renew later, one that has left."""
    make = Customer.objects.create
    return {
        "globex": make(
            slug="globex",
            name="Globex",
            health="red",
            renewal_on=date(2026, 12, 1),
            currency="USD",
            annual_value=50_000,
        ),
        "initech": make(slug="initech", name="Initech", tier="Gold", renewal_on=date(2027, 2, 1), team=team),
        "hooli": make(slug="hooli", name="Hooli", churned_at=at - timedelta(days=9), churn_reason="Too dear"),
    }


def slugs(response):
    return [row.customer.slug for row in response.context["rows"]]


def body(response):
    return response.content.decode()


# -- the list ---------------------------------------------------------------------------------------------------------


def test_the_list_shows_who_fares_how_and_what_is_open(desk, book, log_issue):
    log_issue("P1")
    log_issue("P3")
    response = desk.get("/customers/")
    assert slugs(response) == ["acme", "globex", "initech"]
    assert response.context["rows"][0].open == [("P1", 1), ("P3", 1)]
    html = body(response)
    for words in ("€120 k", "health-red", "1 Dec 2026", "in 8 days", "2 open issues:"):
        assert words in html, words


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=glob", ["globex"]),
        ("q=dana", ["acme"]),
        ("q=gold+init", ["initech"]),
        ("tier=Gold", ["acme", "initech"]),
        ("health=red", ["globex"]),
        ("team=emea", ["initech"]),
        ("renewal=30", ["globex"]),
        ("renewal=90", ["globex", "initech"]),
        ("renewal=none", ["acme"]),
        ("renewal=past", []),
        ("issues=open", ["acme"]),
        ("issues=grave", []),
        ("state=churned", ["hooli"]),
        ("state=all&ordering=-name", ["initech", "hooli", "globex", "acme"]),
        ("ordering=value", ["acme", "globex", "initech"]),
        ("ordering=renewal", ["globex", "initech", "acme"]),
        ("ordering=health", ["globex", "acme", "initech"]),
        ("ordering=issues", ["acme", "globex", "initech"]),
        ("health=purple&team=%F0%9F%98%80&ordering=x&renewal=7&page=x", ["acme", "globex", "initech"]),
    ],
)
def test_filters_and_orders(desk, book, log_issue, query, found):
    log_issue("P3")
    assert slugs(desk.get(f"/customers/?{query}")) == found


def test_what_is_at_risk_is_added_up_by_currency(desk, book, log_issue):
    log_issue("P2")
    log_issue("P1")
    log_issue("P1", customer=book["globex"])
    response = desk.get("/customers/")
    assert [(s.currency, s.customers, s.at_risk, s.customers_at_risk) for s in response.context["stakes"]] == [
        ("EUR", 2, 120_000, 1),
        ("USD", 1, 50_000, 1),
    ]
    assert "at risk: 2 customers with an open P1 or P2" in body(response)


def test_more_customers_cost_no_more_queries(desk, book, log_issue):
    log_issue()
    before = count_queries(desk, "/customers/?ordering=issues")
    for number in range(30):
        customer = Customer.objects.create(slug=f"c-{number}", name=f"C {number}", team=book["initech"].team)
        log_issue("P2", customer=customer)
    assert count_queries(desk, "/customers/?ordering=issues") <= before <= 12


def test_an_empty_list_says_what_to_do(desk):
    assert "No customers yet" in body(desk.get("/customers/"))
    assert "Nothing matches" in body(desk.get("/customers/?q=nobody"))


def test_fifty_stand_on_a_page(desk):
    Customer.objects.bulk_create(Customer(slug=f"c-{n}", name=f"C {n:03}") for n in range(51))
    assert len(slugs(desk.get("/customers/"))) == 50
    assert slugs(desk.get("/customers/?page=2")) == ["c-50"]


def test_the_export_holds_every_contact_and_no_formula(desk, book, acme):
    CustomerContact.objects.create(customer=acme, name="=1+1", phone="+49 30", position=1)
    response = desk.get("/customers/export/?state=all")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["slug"], row["contact_name"]) for row in rows][:2] == [("acme", "Dana"), ("acme", "'=1+1")]
    assert rows[1]["contact_phone"] == "'+49 30"
    assert {row["slug"]: row["churned_on"] for row in rows}["hooli"] == "2026-11-14"


# -- one customer -----------------------------------------------------------------------------------------------------


def test_the_page_shows_issues_record_health_people_and_notes(desk, acme, log_issue, casey, at):
    ticket = log_issue("P1", subject="Tills are offline")
    ticket.acknowledge(by=casey, at=at)
    record_health(customer=acme, health="yellow", note="Quiet lately", by=casey, at=at, about=ticket.number)
    CustomerNote.objects.create(customer=acme, text="Prefers **calls**", by=casey, at=at)
    html = body(desk.get("/customers/acme/"))
    for words in (
        "Tills are offline", "100%", "1 of 1", "Quiet lately", "gets the messages", "mailto:dana@acme.example",
        "<strong>calls</strong>", "/tickets/new/?customer=acme", "EUR 120,000", ticket.number,
    ):  # fmt: skip
        assert words in html, words


def test_what_is_over_stands_on_its_own_page(desk, acme, log_issue, casey, at):
    ticket = log_issue("P1", subject="Tills are offline")
    ticket.resolve(root_cause="a", solution="b", prevention="c", by=casey, at=at)
    assert "Tills are offline" not in body(desk.get("/customers/acme/"))
    assert "Tills are offline" in body(desk.get("/customers/acme/issues/"))


def test_the_record_counts_verdicts_of_all_time_and_lately(log_issue, acme, casey, run, at):
    log_issue("P1", reported_at=at - timedelta(minutes=20)).acknowledge(by=casey, at=at)
    log_issue("P1").acknowledge(by=casey, at=at + timedelta(minutes=10))
    reopened = log_issue("P3")
    reopened.resolve(root_cause="a", solution="b", prevention="c", by=casey, at=at + timedelta(minutes=30))
    reopened.reopen(reason="Again", by=casey, at=at + timedelta(minutes=40))
    later = at + timedelta(days=100)
    for moment, lately in ((at + timedelta(hours=1), (2, 1)), (later, (0, 0))):
        record = record_of(acme, moment)
        response = record.kinds[0]
        assert (response.lately.met, response.lately.missed) == lately
        assert (response.ever.met, response.ever.missed, round(response.ever.share, 3)) == (2, 1, 0.667)
    assert (record.issues, record.reopenings) == (3, 1)
    assert record.response == timedelta(minutes=20)


def test_more_of_everything_costs_no_more_queries(desk, acme, log_issue, casey, at):
    def add():
        ticket = log_issue("P2")
        record_health(customer=acme, health="red", note="x", by=casey, at=at, about=ticket.number)
        CustomerNote.objects.create(customer=acme, text="x", by=casey, at=at)
        CustomerContact.objects.create(customer=acme, name="x")
        change_customer(customer=acme, values={"tier": ticket.number}, by=casey, at=at)
        log_issue("P3").resolve(root_cause="a", solution="b", prevention="c", by=casey, at=at)

    add()
    before = {page: count_queries(desk, f"/customers/acme/{page}") for page in PAGES}
    for _ in range(8):
        add()
    assert {page: count_queries(desk, f"/customers/acme/{page}") for page in PAGES} == before
    assert max(before.values()) <= 12


def test_an_unknown_customer_is_not_found(desk):
    for path in ("nobody/", "nobody/edit/", "acme/contacts/1/", "acme/notes/99999999999999999999/"):
        assert desk.get(f"/customers/{path}").status_code == 404


# -- changing ---------------------------------------------------------------------------------------------------------


def filled(customer=None, **changed):
    base = {"name": "Globex", "slug": "", "currency": "EUR", "health": "green", "tier": "", "annual_value": ""}
    if customer:
        base = facts(customer) | {"seen": json.dumps(facts(customer))}
    return base | changed


def test_a_new_customer(desk, casey):
    response = desk.post("/customers/new/", filled(annual_value="1.200,50", renewal_on="2027-01-31"))
    assert response["Location"] == "/customers/globex/"
    globex = Customer.objects.get(slug="globex")
    assert (str(globex.annual_value), globex.changes.get().by) == ("1200.50", casey)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "required"),
        ({"name": "x" * 5000}, "120"),
        ({"name": "株式会社"}, "Give a short name"),
        ({"slug": "import"}, "name of a page"),
        ({"slug": "acme"}, "already exists"),
        ({"annual_value": "1,200,5"}, "is no amount"),
        ({"annual_value": "-1"}, "is no amount"),
        ({"currency": "XXX"}, "not one of"),
        ({"renewal_on": "0001-01-01"}, "1970 to 2199"),
        ({"renewal_on": "9999-12-31"}, "1970 to 2199"),
        ({"team": "nowhere"}, "not one of"),
        ({"health": "purple"}, "not one of"),
        ({"name": "a\0b"}, "Null characters"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(desk, acme, changed, words):
    response = desk.post("/customers/new/", filled(tier="Pla\u202etinum 😀", **changed))
    assert response.status_code == 400
    html = body(response)
    assert words in html
    assert "Pla\u202etinum 😀" in html
    assert Customer.objects.count() == 1


def test_editing_keeps_who_changed_what(desk, acme, casey):
    assert desk.post("/customers/acme/edit/", filled(acme, tier="Platinum", slug="acme-inc")).status_code == 302
    html = body(desk.get("/customers/acme-inc/changes/"))
    for words in ("Changed", "by Casey", "<del>Gold</del>", "<ins>Platinum</ins>"):
        assert words in html, words


def test_the_health_does_not_change_without_a_reason(desk, acme):
    response = desk.post("/customers/acme/edit/", filled(acme, health="red"))
    assert response.status_code == 400
    assert "Say why the health changes" in body(response)
    desk.post("/customers/acme/edit/", filled(acme, health="red", note="Sponsor left"))
    assert HealthRecord.objects.get().note == "Sponsor left"


def test_the_second_of_two_people_sees_what_the_first_did(desk, acme, bob, at):
    mine = filled(acme, name="Acme Inc")
    change_customer(customer=acme, values={"tier": "Silver"}, by=bob, at=at)
    response = desk.post("/customers/acme/edit/", mine)
    assert response.status_code == 409
    html = body(response)
    for words in (
        "Bob has changed this customer meanwhile",
        "<del>Gold</del>",
        "<ins>Silver</ins>",
        'value="Acme Inc"',
    ):
        assert words in html, words
    form = response.context["form"]
    assert form["tier"].value() == "Silver"
    again = {name: form[name].value() or "" for name in form.fields}
    assert desk.post("/customers/acme/edit/", again).status_code == 302
    acme.refresh_from_db()
    assert (acme.name, acme.tier) == ("Acme Inc", "Silver")


@pytest.mark.parametrize("seen", ["", "nonsense", "[]", '{"name": 1}', "x" * 100_000, '{"x": "y"}'])
def test_whatever_a_browser_sends_as_seen_breaks_nothing(desk, acme, seen):
    assert desk.post("/customers/acme/edit/", filled(acme, seen=seen)).status_code in (302, 409)


def test_a_look_that_finds_nothing_new_is_kept_too(desk, acme):
    desk.post("/customers/acme/health/", {"health": "green", "note": "All well"})
    assert HealthRecord.objects.get().note == "All well"
    assert not acme.changes.exists()
    assert desk.post("/customers/acme/health/", {"health": "green", "note": ""}).status_code == 400


def test_leaving_and_coming_back(desk, acme):
    response = desk.post("/customers/acme/leave/", {"on": "2026-11-20", "reason": "Too dear"})
    assert response.status_code == 302
    html = body(desk.get("/customers/acme/"))
    assert "Left on 20 Nov 2026." in html
    assert "/tickets/new/?customer=acme" not in html
    assert desk.post("/customers/acme/leave/", {"on": "2026-11-20", "reason": "x"}).status_code == 409
    assert desk.post("/customers/acme/come-back/").status_code == 302
    assert desk.post("/customers/acme/come-back/").status_code == 409
    assert "Won back" in body(desk.get("/customers/acme/changes/"))


def test_nobody_leaves_tomorrow(desk, acme):
    response = desk.post("/customers/acme/leave/", {"on": "2026-11-24", "reason": "Too dear"})
    assert response.status_code == 400
    assert "still to come" in body(response)


def test_no_issue_is_logged_for_somebody_who_has_left(desk, acme, casey, at, protocol):
    churn(customer=acme, on=date(2026, 11, 20), reason="Too dear", by=casey, at=at)
    data = {"customer": acme.pk, "subject": "x", "severity": "P1"}
    assert desk.post("/tickets/new/", data).status_code == 400


def test_contacts_are_added_changed_moved_and_removed(desk, acme):
    desk.post("/customers/acme/contacts/new/", {"name": "Tomás", "email": "tomas@acme.example", "phone": "+34 91 (5)"})
    tomas = CustomerContact.objects.get(name="Tomás")
    desk.post(f"/customers/acme/contacts/{tomas.pk}/up/")
    assert [contact.name for contact in acme.contacts.all()] == ["Tomás", "Dana"]
    desk.post(f"/customers/acme/contacts/{tomas.pk}/", {"name": "Tomás Rey", "email": "", "phone": ""})
    desk.post(f"/customers/acme/contacts/{tomas.pk}/down/")
    assert [contact.name for contact in acme.contacts.all()] == ["Dana", "Tomás Rey"]
    desk.post(f"/customers/acme/contacts/{tomas.pk}/remove/")
    assert [contact.name for contact in acme.contacts.all()] == ["Dana"]


@pytest.mark.parametrize("data", [{"name": ""}, {"name": "T", "email": "x"}, {"name": "T", "phone": "call me"}])
def test_a_wrong_contact_is_not_kept(desk, acme, data):
    assert desk.post("/customers/acme/contacts/new/", data).status_code == 400
    assert acme.contacts.count() == 1


def test_a_contact_of_another_customer_is_out_of_reach(desk, acme, book):
    dana = acme.contacts.get()
    assert desk.post(f"/customers/globex/contacts/{dana.pk}/remove/").status_code == 404
    assert acme.contacts.exists()


def test_notes_belong_to_whoever_wrote_them(desk, signed_in, acme, bob):
    desk.post("/customers/acme/notes/", {"text": "Prefers calls"})
    note = acme.notes.get()
    other = signed_in(bob)
    assert other.get(f"/customers/acme/notes/{note.pk}/").status_code == 403
    assert other.post(f"/customers/acme/notes/{note.pk}/delete/").status_code == 403
    desk.post(f"/customers/acme/notes/{note.pk}/", {"text": "Prefers <script>alert(1)</script> mails"})
    assert "<script>alert" not in body(desk.get("/customers/acme/"))
    desk.post(f"/customers/acme/notes/{note.pk}/delete/")
    assert not acme.notes.exists()


def test_an_empty_note_is_refused_on_the_page_of_notes(desk, acme):
    assert desk.post("/customers/acme/notes/", {"text": " "}).status_code == 400
    assert desk.post("/customers/acme/notes/", {"text": "x" * 1_000_000}).status_code == 400


# -- who may ----------------------------------------------------------------------------------------------------------

WRITES = [
    ("new/", {"name": "Globex", "currency": "EUR", "health": "green"}),
    ("acme/edit/", {"name": "Acme Inc", "currency": "EUR", "health": "green"}),
    ("acme/health/", {"health": "green", "note": "x"}),
    ("acme/leave/", {"on": "2026-11-20", "reason": "x"}),
    ("acme/notes/", {"text": "x"}),
    ("acme/contacts/new/", {"name": "x"}),
]


@pytest.mark.parametrize(("path", "data"), WRITES)
def test_who_may_write(signed_in, client, acme, casey, vera, auditor, path, data):
    assert signed_in(auditor).post(f"/customers/{path}", data).status_code == 403
    assert client.post(f"/customers/{path}", data)["Location"].startswith("/accounts/login/")
    assert not acme.changes.exists()
    assert signed_in(vera).post(f"/customers/{path}", data).status_code == 302


@pytest.mark.parametrize(
    "path", ["contacts/{dana}/", "contacts/{dana}/up/", "contacts/{dana}/down/", "contacts/{dana}/remove/",
             "notes/{note}/", "notes/{note}/delete/", "come-back/"],
)  # fmt: skip
def test_who_may_change_what_is_there(signed_in, client, acme, casey, auditor, at, path):
    note = CustomerNote.objects.create(customer=acme, text="x", by=auditor, at=at)
    path = "/customers/acme/" + path.format(dana=acme.contacts.get().pk, note=note.pk)
    data = {"name": "Eve", "text": "y"}
    assert signed_in(auditor).post(path, data).status_code == 403
    assert client.post(path, data)["Location"].startswith("/accounts/login/")
    assert (acme.contacts.get().name, acme.notes.get().text) == ("Dana", "x")
    if "notes" not in path:
        assert signed_in(casey).post(path, data).status_code in (302, 409)


def test_an_auditor_reads_everything_and_is_offered_nothing(signed_in, acme, auditor):
    client = signed_in(auditor)
    for page in PAGES:
        html = body(client.get(f"/customers/acme/{page}"))
        assert 'method="post" action="/customers' not in html
        assert "/customers/acme/edit/" not in html
    assert client.get("/customers/").status_code == client.get("/customers/export/").status_code == 200


def test_days_are_the_readers_own(signed_in, acme, casey, now, at):
    casey.time_zone = "Pacific/Auckland"
    casey.save()
    signed_in(casey).post("/customers/acme/leave/", {"on": "2026-11-23", "reason": "x"})
    acme.refresh_from_db()
    assert acme.churned_at <= timezone.now()
