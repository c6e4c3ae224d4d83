"""Customers from a file: what is read, what is planned, what is wrong, and that it is all or nothing."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.customer_import.carry_out import carry_out
from contacts.customer_import.cells import COLUMNS, day, money
from contacts.customer_import.plan import plan
from contacts.customer_import.plan import read_customers as read
from contacts.customers import change_customer
from contacts.models import Customer, CustomerChange, CustomerContact, HealthRecord
from contacts.spreadsheets.cells import Wrong
from contacts.spreadsheets.plan import Moved
from contacts.spreadsheets.reading import MOST_ROWS, Unreadable

HEADER = ",".join(COLUMNS)
GLOBEX = "globex,Globex,Gold,1200.50,USD,2027-01-31,yellow,emea,,,Dana,CTO,dana@globex.example,+1 555"


@pytest.fixture
def planned(acme, at):
    """The plan of some lines below the header."""

    def make(*lines, header=HEADER):
        return plan(read("\n".join([header, *lines]).encode()), at)

    return make


@pytest.fixture
def imported(acme, casey, at):
    def do(*lines, header=HEADER):
        sheet = read("\n".join([header, *lines]).encode())
        return carry_out(sheet, digest=plan(sheet, at).digest, by=casey, at=at, note="From a file")

    return do


def problems(plan):
    return [(row, column) for row, column, _text in plan.problems]


# -- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_whatever_a_spreadsheet_writes_is_read(encoding, separator, end):
    sheet = read(f'slug{separator}Name{end}sohne{separator}"Söhne{separator} Ltd"{end}'.encode(encoding))
    assert sheet.header == ["slug", "name"]
    assert sheet.rows == [(2, ["sohne", f"Söhne{separator} Ltd"])]


def test_a_separator_line_for_spreadsheets_is_no_row():
    assert read(b"sep=;\r\nname;tier\r\nAcme;Gold").rows == [(2, ["Acme", "Gold"])]


def test_blank_rows_are_left_out_and_counted():
    assert [number for number, _cells in read(b"name\n\nAcme\n  \nGlobex\n").rows] == [3, 5]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"name\n",
        b"colour,size\nred,1",
        b"PK\x03\x04rest of a workbook",
        b"name\nA\0B",
        b"\xff\xfen\x00a",
        b'name\n"Acme',
        b'name\n"Acme" Inc',
        b"name\n" + b"x\n" * (MOST_ROWS + 1),
        b"name\n" + b"x" * (5 * 1024 * 1024),
        b"name\n" + b"x" * 200_000,
        bytes(range(128, 256)),
    ],
    ids=str,
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(data):
    with pytest.raises(Unreadable) as refusal:
        read(data)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("cell", "value", "is_plain"),
    [
        ("1200", "1200", True),
        ("1200.5", "1200.50", True),
        ("1.200,50", "1200.50", False),
        ("1,200.50", "1200.50", False),
        ("1,200", "1200", False),
        ("1.200", "1200", False),
        ("1 200,50", "1200.50", False),
        ("1'200.50", "1200.50", False),
        ("1.234.567", "1234567", False),
        ("0,5", "0.50", False),
    ],
)
def test_amounts_are_read_and_it_is_said_how(cell, value, is_plain):
    found, remark = money(cell)
    assert found == Decimal(value)
    assert (remark == "") == is_plain


@pytest.mark.parametrize(
    "cell",
    ["-5", "€5", "1e3", "NaN", "1,200,5", "1.2000", "12,34,567", "0.123", "1.200.50", "٣", "9" * 13, "1 2", "=1+1"],
)
def test_what_may_be_read_in_two_ways_is_no_amount(cell):
    with pytest.raises(Wrong):
        money(cell)


def test_days_are_read_only_where_they_are_certain():
    assert day("2026-12-31") == (date(2026, 12, 31), "")
    assert day("31.12.2026") == (date(2026, 12, 31), "read as 31 Dec 2026")
    for cell in ("12/31/2026", "2026-02-30", "0001-01-01", "9999-12-31", "46387", "soon", "２０２６-12-31"):
        with pytest.raises(Wrong):
            day(cell)


# -- planning ---------------------------------------------------------------------------------------------------------


def test_a_row_is_new_changed_or_the_same(planned):
    found = planned("acme,Acme,Platinum", "globex,Globex,Gold", header="slug,name,tier")
    assert [row.what for row in found.rows] == ["changed", "new"]
    assert found.rows[0].changes == [{"what": "tier", "from": "Gold", "to": "Platinum"}]
    same = planned("acme,Acme,,120000.00", header="slug,name,tier,annual_value")
    assert same.counts == {"new": 0, "changed": 0, "same": 1, "problem": 0}


def test_an_empty_cell_leaves_and_a_hyphen_takes_away(planned):
    found = planned("acme,-,-,-", header="slug,tier,annual_value,team")
    assert {each["what"]: each["to"] for each in found.rows[0].changes} == {"tier": "", "annual_value": "", "team": ""}
    assert problems(planned("acme,-", header="slug,name")) == [(2, "name")]


def test_a_name_alone_means_the_customer_who_is_called_so(planned, acme):
    Customer.objects.filter(pk=acme.pk).update(slug="a-1")
    [row] = planned("acme,bronze", header="name,tier").rows
    assert (row.slug, row.what) == ("a-1", "changed")
    Customer.objects.create(slug="a-2", name=acme.name)
    assert problems(planned("acme,bronze", header="name,tier")) == [(2, "name")]


def test_names_alone_are_enough(planned):
    found = planned("Acme", "Globex & Söhne", header="name")
    assert [(row.slug, row.what) for row in found.rows] == [("acme", "same"), ("globex-sohne", "new")]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("globex,,Gold,1,EUR,,,,,,,,,", "name"),
        ("株式会社,Globex,,,,,,,,,,,,", "slug"),
        (",株式会社,,,,,,,,,,,,", "slug"),
        (",ACME!,,,,,,,,,,,,", "slug"),
        (",,Gold,,,,,,,,,,,", "name"),
        ("export,Globex,,,,,,,,,,,,", "slug"),
        ("globex,Globex," + "x" * 41 + ",,,,,,,,,,,", "tier"),
        ('globex,Globex,,"1,200,5",,,,,,,,,,', "annual_value"),
        ("globex,Globex,,,EURO,,,,,,,,,", "currency"),
        ("globex,Globex,,,XXX,,,,,,,,,", "currency"),
        ("globex,Globex,,,,12/31/2026,,,,,,,,", "renewal_on"),
        ("globex,Globex,,,,,purple,,,,,,,", "health"),
        ("globex,Globex,,,,,,mars,,,,,,", "team"),
        ("globex,Globex,,,,,,,2026-12-24,Too dear,,,,", "churned_on"),
        ("globex,Globex,,,,,,,2026-11-20,,,,,", "churn_reason"),
        ("globex,Globex,,,,,,,,Too dear,,,,", "churn_reason"),
        ("globex,Globex,,,,,,,,,Dana,,nobody,", "contact_email"),
        ("globex,Globex,,,,,,,,,,CTO,,", "contact_name"),
        ("globex,Globex,,,,,,,,,,,dana@globex.example,", "contact_name"),
        ("globex,Globex,,,,,,,,,Dana,,," + "1" * 41, "contact_phone"),
        ("globex,Glo\x07bex,,,,,,,,,,,,", "name"),
        ("globex,Globex,,,,,,,,,,,,,,,one more", ""),
        ("globex,Globex,,,,,,,,,,,,,gmail.com,", "domains"),
        ("globex,Globex,,,,,,,,,,,,,,klingon", "language"),
    ],
)
def test_every_problem_names_its_row_and_column(planned, line, column):
    found = planned(GLOBEX.replace("globex", "initech").replace("Globex", "Initech"), line)
    assert (3, column) in problems(found)
    assert not found.is_sound


def test_all_problems_are_named_at_once(planned):
    found = planned("Globex,12/31/2026,purple", "x" * 121 + ",soon,red", header="name,renewal_on,health,colour,health")
    assert {(1, "colour"), (1, "health"), (2, "renewal_on"), (3, "name"), (3, "renewal_on")} <= set(problems(found))


def test_further_rows_of_a_customer_are_its_contacts(planned):
    found = planned(
        "globex,Globex,Gold,Dana", "globex,,,Tomás", "globex,Globex,Gold,Ana", header="slug,name,tier,contact_name"
    )
    assert [row.what for row in found.rows] == ["new", "changed", "changed"]
    assert found.is_sound


@pytest.mark.parametrize(
    ("line", "column"),
    [("globex,Globex,Gold,", "slug"), ("globex,,Silver,Ana", "tier"), ("GLOBEX,,,Dana", "contact_name")],
)
def test_what_contradicts_an_earlier_row_is_a_problem(planned, line, column):
    found = planned("globex,Globex,Gold,Dana", line, header="slug,name,tier,contact_name")
    assert problems(found) == [(3, column)]


def test_more_rows_cost_no_more_queries(acme, at):
    def cost(count):
        Customer.objects.bulk_create(Customer(slug=f"k-{count}-{n}", name="K") for n in range(count))
        lines = [f"k-{count}-{n},K,Gold,Dana" for n in range(count)]
        sheet = read("\n".join(["slug,name,tier,contact_name", *lines]).encode())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            plan(sheet, at)
        return len(queries)

    assert cost(1) == cost(300)


# -- importing --------------------------------------------------------------------------------------------------------


def test_a_new_customer_comes_with_all_that_the_file_says(imported, casey, at):
    imported(GLOBEX, "globex,,,,,,,,,,Tomás,,tomas@globex.example,")
    globex = Customer.objects.get(slug="globex")
    assert (globex.name, globex.tier, globex.annual_value, globex.currency) == (
        "Globex",
        "Gold",
        Decimal("1200.50"),
        "USD",
    )
    assert (globex.renewal_on, globex.health, globex.team.slug) == (date(2027, 1, 31), "yellow", "emea")
    assert [(c.name, c.position) for c in globex.contacts.all()] == [("Dana", 0), ("Tomás", 1)]
    record = globex.health_records.get()
    assert (record.health, record.note, record.by, record.at) == ("yellow", "From a file", casey, at)
    change = globex.changes.get()
    assert (change.kind, change.source, change.by) == ("created", "import", casey)


def test_a_known_customer_changes_and_the_log_says_what(imported, acme):
    imported("acme,,Platinum,1,GBP,,red,-,,,Dana,CTO,dana@acme.example,")
    acme.refresh_from_db()
    assert (acme.name, acme.tier, acme.currency, acme.health, acme.team) == ("Acme", "Platinum", "GBP", "red", None)
    assert (acme.contacts.get().title, acme.health_records.get().health) == ("CTO", "red")
    kept = {each["what"]: (each["from"], each["to"]) for each in acme.changes.get().changes}
    assert kept["tier"] == ("Gold", "Platinum")
    assert kept["contact"] == ("Dana, dana@acme.example", "Dana, CTO, dana@acme.example")


def test_leaving_and_coming_back_by_file(imported, acme):
    imported("acme,2026-11-20,Too dear", header="slug,churned_on,churn_reason")
    acme.refresh_from_db()
    assert (acme.churned_at.date(), acme.churn_reason) == (date(2026, 11, 20), "Too dear")
    imported("acme,-", header="slug,churned_on")
    acme.refresh_from_db()
    assert (acme.churned_at, acme.churn_reason) == (None, "")
    assert [change.kind for change in acme.changes.all()] == ["won_back", "churned"]


def test_the_same_file_again_changes_nothing(imported):
    imported(GLOBEX)
    again = imported(GLOBEX)
    assert again.counts["same"] == 1
    assert CustomerChange.objects.count() == HealthRecord.objects.count() == 1


def test_one_problem_and_nothing_is_imported(imported):
    with pytest.raises(Moved):
        imported(GLOBEX, "initech,Initech,,,,,purple,,,,,,,")
    assert list(Customer.objects.values_list("slug", flat=True)) == ["acme"]
    assert not CustomerContact.objects.filter(name="CTO").exists()


def test_a_dry_run_that_is_out_of_date_is_shown_anew(acme, casey, morgan, at):
    sheet = read(b"slug,tier\nacme,Platinum\n")
    digest = plan(sheet, at).digest
    change_customer(customer=acme, values={"tier": "Silver"}, by=morgan, at=at)
    with pytest.raises(Moved) as moved:
        carry_out(sheet, digest=digest, by=casey, at=at, note="")
    assert moved.value.plan.rows[0].changes == [{"what": "tier", "from": "Silver", "to": "Platinum"}]
    acme.refresh_from_db()
    assert acme.tier == "Silver"


def test_a_failure_half_way_leaves_nothing(acme, casey, at, monkeypatch):
    sheet = read(f"{HEADER}\n{GLOBEX}".encode())
    monkeypatch.setattr(CustomerChange.objects, "bulk_create", lambda *_args, **_options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        carry_out(sheet, digest=plan(sheet, at).digest, by=casey, at=at, note="")
    assert list(Customer.objects.values_list("slug", flat=True)) == ["acme"]


def test_what_looks_like_a_formula_is_text(imported):
    imported('globex,"=HYPERLINK(""http://x"")",@tier,,,,,,,,\'+1 555,,,\'+49 30', header=HEADER)
    globex = Customer.objects.get(slug="globex")
    assert (globex.name, globex.tier) == ('=HYPERLINK("http://x")', "@tier")
    assert (globex.contacts.get().name, globex.contacts.get().phone) == ("+1 555", "+49 30")


def test_writing_many_costs_as_many_statements_as_batches(acme, casey, at):
    lines = [f"c-{n},Customer {n},Gold,{n}" for n in range(400)]
    sheet = read("\n".join(["slug,name,tier,annual_value", *lines]).encode())
    digest = plan(sheet, at).digest
    with CaptureQueriesContext(connection) as queries:
        carry_out(sheet, digest=digest, by=casey, at=at, note="")
    assert Customer.objects.count() == 401
    assert len(queries) < 40
