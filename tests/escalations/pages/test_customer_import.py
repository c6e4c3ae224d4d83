"""Importing customers: the file, the dry run, the import."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contacts.customers import change_customer
from contacts.models import Customer, User
from contacts.models.people import Role
from tests.escalations.pages.test_queue import count_queries

pytestmark = pytest.mark.once  # forms, words and rights; test_query_budget reads every page on both

IMPORT = "/customers/import/"
GLOBEX = 'slug,name,annual_value\nglobex,Globex,"1.200,50"\nacme,Acme Inc,\n'


@pytest.fixture(autouse=True)
def _own_shelf(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def morgan(db):
    return User.objects.create(username="morgan", first_name="Morgan", role=Role.MANAGER)


@pytest.fixture
def office(signed_in, morgan):
    """Morgan, a manager, signed in."""
    return signed_in(morgan)


def choose(client, text, name="customers.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, data)})


def confirm(client, response):
    page = client.get(response["Location"])
    return client.post(response["Location"], {"digest": page.context["plan"].digest})


def test_a_dry_run_changes_nothing_and_says_what_would_happen(office, acme):
    html = office.get(choose(office, GLOBEX)["Location"]).content.decode()
    for words in (
        "Nothing is imported yet", "Customers to add: 1, to change: 1, as they should be: 0.", "read as 1,200.50",
        "<del>Acme</del>", "<ins>Acme Inc</ins>", "UTF-8", "comma",
    ):  # fmt: skip
        assert words in html, words
    assert list(Customer.objects.values_list("name", flat=True)) == ["Acme"]


def test_the_import_does_what_the_dry_run_said(office, acme, morgan):
    chosen = choose(office, GLOBEX)
    assert confirm(office, chosen)["Location"] == "/customers/"
    assert "Imported: 1 new, 1 changed, 0 as they were." in office.get("/customers/").content.decode()
    assert str(Customer.objects.get(slug="globex").annual_value) == "1200.50"
    assert acme.changes.get().by == morgan
    assert office.get(chosen["Location"])["Location"] == IMPORT


def test_rows_may_be_pasted(office):
    response = office.post(IMPORT, {"text": "name\ttier\nGlobex\tGold\n"})
    assert confirm(office, response).status_code == 302
    assert Customer.objects.get().tier == "Gold"


def test_a_problem_stands_in_the_way_of_everything(office, acme):
    chosen = choose(office, "slug,name,renewal_on,colour\nglobex,Globex,2027-01-31,\ninitech,Initech,12/31/2026,\n")
    page = office.get(chosen["Location"])
    html = page.content.decode()
    assert "2 problems stand in the way" in html
    assert "no date that can be read for certain" in html
    assert 'name="digest"' not in html
    assert office.post(chosen["Location"], {"digest": page.context["plan"].digest}).status_code == 409
    assert Customer.objects.count() == 1


def test_a_dry_run_that_is_out_of_date_is_shown_anew(office, acme, casey, at):
    chosen = choose(office, GLOBEX)
    digest = office.get(chosen["Location"]).context["plan"].digest
    change_customer(customer=acme, values={"name": "Acme GmbH"}, by=casey, at=at)
    response = office.post(chosen["Location"], {"digest": digest})
    assert response.status_code == 409
    assert "<del>Acme GmbH</del>" in response.content.decode()
    assert Customer.objects.count() == 1
    assert confirm(office, chosen).status_code == 302


def test_one_kind_of_rows_at_a_time_and_a_hundred_on_a_page(office, acme):
    lines = [f"c-{n},C {n}" for n in range(120)]
    chosen = choose(office, "\n".join(["slug,name", "acme,Acme", *lines]))["Location"]
    assert len(office.get(chosen).context["rows"]) == 100
    assert len(office.get(f"{chosen}?show=new&page=2").context["rows"]) == 20
    assert len(office.get(f"{chosen}?show=same").context["rows"]) == 1
    assert office.get(f"{chosen}?show=nonsense&page=x").status_code == 200


def test_a_long_file_costs_no_more_queries(office, acme, team):
    def cost(count):
        lines = [f"acme,{n}" for n in range(2)] + [f"c-{n},{n}" for n in range(count)]
        return count_queries(office, choose(office, "\n".join(["slug,name", *lines]))["Location"])

    assert cost(1) >= cost(90)
    assert cost(90) <= 12


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04...", "workbook"),
        (b"\x89PNG\r\n\x00", "no text"),
        (b"colour\nred", "must name the columns"),
        (b"name\n", "no row below"),
        (b'name\n"Acme', "Row 2 cannot be read"),
        (b"name\n" + b"x\n" * 10_001, "More than 10,000 rows"),
        (b"name\n" + b"x" * (5 * 1024 * 1024), "larger than 5 MB"),
    ],
)
def test_a_file_that_is_no_table_is_refused_at_once(office, data, words):
    response = choose(office, data)
    assert response.status_code == 400
    assert words in response.content.decode()


def test_nothing_chosen_is_said(office):
    assert "Choose a file, or paste" in office.post(IMPORT, {}).content.decode()


@pytest.mark.parametrize(
    "cell",
    [
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "\u202egnp.exe",
        "😀" * 60,
        "'; DROP TABLE x; --",
        "{{ 7*7 }}",
        "%00",
    ],
)
def test_whatever_a_cell_says_is_text(office, cell):
    quoted = cell.replace('"', '""')
    chosen = choose(office, f'slug,name,tier\nglobex,"{quoted}",Gold\n')
    html = office.get(chosen["Location"]).content.decode()
    assert "<script>alert" not in html
    assert confirm(office, chosen).status_code == 302
    assert Customer.objects.get().name == cell


def test_an_export_is_taken_back_as_it_is(office, acme, book_of_formulas):
    text = b"".join(office.get("/customers/export/?state=all").streaming_content)
    plan = office.get(choose(office, text)["Location"]).context["plan"]
    assert plan.counts == {"new": 0, "changed": 0, "same": 3, "problem": 0}


@pytest.fixture
def book_of_formulas(acme, at):
    Customer.objects.create(
        slug="x-1", name="=1+1", tier="@x", annual_value=5, churned_at=at - timedelta(days=3), churn_reason="-why not"
    )
    acme.contacts.create(name="+Tomás", phone="+34 91", position=1)


def test_the_template_is_taken_without_a_problem(office):
    text = office.get("/customers/import/template/").content
    assert office.get(choose(office, text)["Location"]).context["plan"].is_sound


@pytest.mark.parametrize("path", [IMPORT, "/customers/import/template/"])
def test_only_managers_and_administrators_import(signed_in, client, casey, vera, auditor, admin, office, path):
    for person in (casey, vera, auditor):
        assert signed_in(person).get(path).status_code == 403
        assert signed_in(person).post(path, {"text": "name\nx"}).status_code in (403, 405)
    assert client.get(path)["Location"].startswith("/accounts/login/")
    assert signed_in(admin).get(path).status_code == office.get(path).status_code == 200


def test_a_file_is_its_owners_alone(signed_in, office, admin, casey):
    path = choose(office, GLOBEX)["Location"]
    assert signed_in(admin).get(path)["Location"] == IMPORT
    assert signed_in(casey).get(path).status_code == 403
    assert not Customer.objects.exists()
