"""Logging an issue at /tickets/new/."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact, Customer
from escalations import attachments
from escalations.models import Attachment, Severity, Ticket

pytestmark = [
    pytest.mark.usefixtures("protocol"),
    pytest.mark.once,
]  # forms and words; test_query_budget reads every page on both
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def filled(acme, **changed):
    return {
        "customer": acme.pk,
        "subject": "Nobody can sign in",
        "severity": "P1",
        "description": "Since nine",
    } | changed


def answered(acme, **changed):
    """Three clicks and a line; the severity follows."""
    fields = {"customer": "Acme", "who": "many", "workaround": "none", "severity": "", "subject": "It hangs"}
    return fields | changed


def page(client, **query):
    return client.get("/tickets/new/", query).content.decode()


def panel(client, data):
    return client.post("/tickets/new/panel/", data).content.decode()


# --- logging ---------------------------------------------------------------------------------------------------------


def test_the_page_asks_three_questions_and_explains_every_severity(desk):
    html = page(desk)
    for words in (
        "Who is held up?",
        "Is there a way round it?",
        "Is any of this at stake?",
        "Payments do not go through",
    ):
        assert words in html, words
    for severity in Severity.objects.all():
        assert severity.definition in html


def test_a_logged_issue_runs_its_clocks(desk, acme, casey, at):
    response = desk.post("/tickets/new/", filled(acme, owner=casey.pk, reporter_email="dana@acme.example"))
    ticket = Ticket.objects.get()
    assert response["Location"] == ticket.get_absolute_url()
    assert ticket.next_due_at == at + timedelta(minutes=15)
    assert ticket.created_by == casey
    assert ticket.source == "web"


def test_the_answers_make_the_severity_and_are_kept(desk, acme):
    desk.post("/tickets/new/", answered(acme, stakes=["money"]))
    ticket = Ticket.objects.get()
    assert ticket.severity_id == "P1"
    assert ticket.triage == {
        "answers": {"who": "many", "workaround": "none", "stakes": ["money"]},
        "suggested": "P1",
        "chosen": "P1",
        "why": "",
    }
    assert ticket.events.get(kind="opened").data["triage"] == ticket.triage


def test_less_than_suggested_asks_for_a_reason_and_tells_it(desk, acme):
    response = desk.post("/tickets/new/", answered(acme, severity="P3"))
    assert response.status_code == 400
    assert "P1 is suggested. Say in one sentence why P3 is right." in response.content.decode()
    response = desk.post("/tickets/new/", answered(acme, severity="P3", why="Only the training system"))
    html = desk.get(response["Location"]).content.decode()
    assert "logged the issue as P3; the questions suggested P1" in html
    assert "Only the training system" in html


def test_more_than_suggested_needs_no_reason(desk, acme):
    desk.post("/tickets/new/", answered(acme, who="few", workaround="acceptable", severity="P1"))
    assert Ticket.objects.get().triage["suggested"] == "P3"


@pytest.mark.parametrize("why", ["", "  ", "\u200b"])
def test_a_reason_in_which_nothing_can_be_seen_is_none(desk, acme, why):
    assert desk.post("/tickets/new/", answered(acme, severity="P4", why=why)).status_code == 400


def test_without_answers_a_severity_has_to_be_chosen(desk, acme):
    response = desk.post("/tickets/new/", answered(acme, who="", subject="Nobody can sign in"))
    assert "Answer the first two questions, or choose a severity." in response.content.decode()
    assert not Ticket.objects.exists()


def test_it_may_have_been_reported_earlier(desk, acme, at):
    desk.post("/tickets/new/", filled(acme, reported_at=(at - timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M")))
    assert Ticket.objects.get().reported_at == at - timedelta(minutes=10)


def test_what_is_missing_is_named_and_everything_typed_is_kept(desk, acme):
    given = answered(acme, customer="", severity="P2", reporter_email="not an address", stakes=["deadline"])
    response = desk.post("/tickets/new/", given)
    html = response.content.decode()
    assert response.status_code == 400
    assert not Ticket.objects.exists()
    assert "2 things need your attention" in html
    assert 'href="#new-customer"' in html
    assert "not an address" in html
    for name, value in (("who", "many"), ("workaround", "none"), ("stakes", "deadline")):
        assert f'name="{name}" value="{value}"' in html
        assert "checked" in html.split(f'name="{name}" value="{value}"')[1][:60]
    assert 'id="new-severity-P2" checked' in html


def test_a_report_from_the_future_is_refused(desk, acme):
    response = desk.post("/tickets/new/", filled(acme, reported_at="2026-11-24T10:00"))
    assert "This lies in the future" in response.content.decode()
    assert not Ticket.objects.exists()


def test_an_auditor_and_somebody_signed_out_log_nothing(signed_in, client, auditor, acme):
    reader = signed_in(auditor)
    assert reader.get("/tickets/new/").status_code == 403
    assert reader.post("/tickets/new/", filled(acme)).status_code == 403
    assert reader.post("/tickets/new/panel/", filled(acme)).status_code == 204
    assert reader.post("/tickets/new/instead/", filled(acme)).status_code == 403
    assert client.post("/tickets/new/panel/", filled(acme)).status_code == 204
    for address in ("/tickets/new/", "/tickets/new/instead/"):
        assert "/accounts/login/" in client.post(address, filled(acme))["Location"]
    assert "/accounts/login/" in client.get("/tickets/new/customers/")["Location"]
    assert not Ticket.objects.exists()


def test_sent_twice_it_is_logged_once(desk, acme):
    data = filled(acme, csrfmiddlewaretoken="a" * 64)
    first, second = (desk.post("/tickets/new/", data) for _ in range(2))
    assert second["Location"] == first["Location"]
    assert Ticket.objects.count() == 1
    assert "is logged and its clocks run" in desk.get(second["Location"]).content.decode()


# --- hostile text ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", ["", " ", "\u200b\u200d", "\u3164", "\u202e", "\xad", "\u2800"])
def test_a_subject_in_which_nothing_can_be_seen_is_empty(desk, acme, subject):
    assert desk.post("/tickets/new/", filled(acme, subject=subject)).status_code == 400
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        ("subject", "a\0b", "Null characters"),
        ("description", "a\0b", "Null characters"),
        ("subject", "x" * 201, "at most 200"),
        ("description", "x" * 1_000_000, "longer than 20,000"),
        ("customer", "x" * 1_000_000, "No customer"),
        ("why", "x" * 301, "at most 300"),
        ("who", "everybody", "not one of the available"),
        ("stakes", "world peace", "not one of the available"),
        ("severity", "P9", "not one of the available"),
        ("owner", "99999999999999999999", "not one of the available"),
        ("reported_at", "9999-99-99T99:99", "valid date"),
        ("reported_at", "0001-01-01T00:00", "five years"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(desk, acme, field, text, why):
    response = desk.post("/tickets/new/", filled(acme, **{field: text}))
    assert response.status_code == 400
    assert why in response.content.decode()
    assert panel(desk, filled(acme, **{field: text}))


def test_scripts_marks_and_emoji_are_only_text(desk, acme):
    subject = "<script>alert(1)</script> \u202egnp.exe 😀 \u200fشكرا"
    response = desk.post("/tickets/new/", filled(acme, subject=subject, description="<img src=x onerror=alert(1)>"))
    html = desk.get(response["Location"]).content.decode()
    assert "<script>alert(1)" not in html
    assert "<img src=x" not in html
    assert Ticket.objects.get().subject == "<script>alert(1)</script> gnp.exe 😀 \u200fشكرا"
    assert "<script>alert(1)" not in panel(desk, filled(acme, subject=subject))


# --- the customer ----------------------------------------------------------------------------------------------------


def test_a_churned_customer_cannot_be_chosen(desk, acme, at):
    acme.churned_at = at
    acme.save()
    assert desk.post("/tickets/new/", filled(acme)).status_code == 400


@pytest.mark.parametrize("typed", ["acme", "Acme", "ACME", "cm", "Acme (acme)"])
def test_a_customer_is_understood_by_name(desk, acme, typed):
    desk.post("/tickets/new/", filled(acme, customer=typed))
    assert Ticket.objects.get().customer == acme


def test_a_name_that_fits_several_is_asked_for_again(desk, acme):
    Customer.objects.create(slug="acme-south", name="Acme South")
    Customer.objects.create(slug="acme-north", name="Acme North")
    html = desk.post("/tickets/new/", filled(acme, customer="acme-")).content.decode()
    assert "No customer is called that" in html
    html = desk.post("/tickets/new/", filled(acme, customer="cme ")).content.decode()
    assert "Several customers fit: Acme, Acme North, Acme South" in html


def test_two_of_the_same_name_are_told_apart(desk, acme):
    twin = Customer.objects.create(slug="acme-2", name="Acme")
    assert 'data-value="Acme (acme-2)"' in desk.get("/tickets/new/customers/?q=acm").content.decode()
    desk.post("/tickets/new/", filled(acme, customer="Acme (acme-2)"))
    assert Ticket.objects.get().customer == twin


def test_the_search_shows_few_and_those_first_that_begin_so(desk, acme, at):
    for n in range(20):
        Customer.objects.create(slug=f"big-{n}", name=f"Big Acme {n}")
    Customer.objects.create(slug="gone", name="Acme Gone", churned_at=at)
    html = desk.get("/tickets/new/customers/?q=acme").content.decode()
    assert html.count("<li") == 8
    assert html.index('data-value="Acme"') < html.index("Big Acme")
    assert "Acme Gone" not in html
    assert "No customer is called that" in desk.get("/tickets/new/customers/?q=zzz").content.decode()


def test_with_many_customers_the_page_carries_none(desk, acme):
    assert '<option value="Acme">' in page(desk)
    Customer.objects.bulk_create(Customer(slug=f"c-{n}", name=f"C {n}") for n in range(200))
    assert "<option value=" not in page(desk).split("</datalist>")[0]


@pytest.mark.parametrize("named", ["acme", "pk"])
def test_a_link_may_name_the_customer(desk, acme, log_issue, named):
    log_issue()
    Customer.objects.filter(pk=acme.pk).update(renewal_on=date(2027, 1, 31))
    html = page(desk, customer=str(acme.pk) if named == "pk" else named)
    for words in ('value="Acme"', "Gold", "€120 k a year", "renews 31 Jan", "Health Green", "1 open issue"):
        assert words in html, words


@pytest.mark.parametrize("named", ["nobody", "²", "9" * 30, "\u202e"])
def test_a_link_may_name_nobody(desk, acme, named):
    assert 'id="new-customer"' in page(desk, customer=named)


# --- the panel -------------------------------------------------------------------------------------------------------


def test_the_panel_says_what_follows(desk, acme):
    Contact.objects.filter(level="technical").update(name="Tess Chen", title="Engineering lead")
    html = panel(desk, answered(acme))
    for words in (
        "P1 Critical",
        "Many people are hit and there is no way round it: P1.",
        'First answer by</dt><dd><b class="num">10:15</b>',
        "11:00",
        "14:00",
        "Person 2",
        "Tess Chen",
        "Engineering lead",
    ):
        assert words in html.replace("\n", ""), words


def test_the_owner_is_the_first_who_is_told(desk, acme, casey):
    assert "Casey" in panel(desk, answered(acme, owner=casey.pk))


def test_a_rung_that_nobody_stands_on_is_named(desk, acme):
    Contact.objects.filter(level="technical").update(name="", email="")
    assert "Nobody" in panel(desk, answered(acme))
    assert not Ticket.objects.exists()


def test_the_clocks_count_from_the_report(desk, acme):
    assert "10:05" in panel(desk, answered(acme, reported_at="2026-11-23T09:50"))


def test_the_panel_quotes_the_example_that_the_text_is_like(desk, acme):
    html = panel(desk, {"subject": "Payments fail at the till"})
    assert "Payments do not go through" in html
    assert "“payments”, “fail”" in html.lower()


def test_going_lower_shows_the_field_for_the_reason(desk, acme):
    assert "data-lower" in panel(desk, answered(acme, severity="P3"))
    assert "data-lower" not in panel(desk, answered(acme, severity="P1"))
    assert "data-lower" not in panel(desk, answered(acme))


def test_an_empty_panel_says_what_to_do(desk):
    assert "Answer the questions" in panel(desk, {})


def test_without_script_a_button_shows_the_panel_and_keeps_everything(desk, acme):
    upload = SimpleUploadedFile("shot.png", PNG)
    response = desk.post("/tickets/new/", answered(acme, suggest="1", subject="", upload=upload))
    html = response.content.decode()
    assert response.status_code == 200
    assert "P1 Critical" in html
    assert 'value="Acme"' in html
    assert "shot.png" in html
    assert "errors-summary" not in html
    assert not Ticket.objects.exists()


# --- alike -----------------------------------------------------------------------------------------------------------


def test_open_issues_that_look_alike_are_shown(desk, acme, log_issue):
    alike = log_issue(subject="Nobody can sign in since the deploy")
    log_issue(subject="Invoice export has the wrong currency")
    html = panel(desk, answered(acme, subject="Users cannot log in after the deploy"))
    assert f'value="{alike.number}"' in html
    assert "Invoice export" not in html


def test_of_others_and_of_done_ones_nothing_is_shown(desk, acme, log_issue, casey, at):
    other = Customer.objects.create(slug="other", name="Other")
    log_issue(subject="Nobody can sign in", customer=other)
    log_issue().resolve(root_cause="a", solution="b", prevention="c", by=casey, at=at)
    assert "Is it one of these?" not in panel(desk, answered(acme, subject="Nobody can sign in"))


def test_the_text_and_the_files_go_to_the_open_issue_instead(desk, acme, log_issue, casey, at):
    ticket = log_issue()
    row = attachments.accept(SimpleUploadedFile("a.png", PNG), by=casey, at=at)
    data = answered(acme, subject="Sign-in hangs", description="Since nine", files=row.key.hex, instead=ticket.number)
    html = desk.post("/tickets/new/instead/", data | {"reporter_name": "Dana"}).content.decode()
    for words in ("Sign-in hangs", "Since nine", "Reported by Dana.", "a.png", 'name="who" value="many"'):
        assert words in html, words
    assert not ticket.events.filter(kind="note").exists()

    answer = {"instead": ticket.number, "confirmed": "1", "text": "Sign-in hangs", "files": row.key.hex}
    assert desk.post("/tickets/new/instead/", answer)["Location"] == ticket.get_absolute_url()
    assert ticket.events.get(kind="note").text == "Sign-in hangs"
    assert ticket.attachments.get() == row
    assert Ticket.objects.count() == 1


def test_one_may_go_back_to_the_new_issue_with_everything(desk, acme, log_issue):
    data = answered(acme, instead=log_issue().number, suggest="1", text="x", confirmed="1")
    html = desk.post("/tickets/new/", data).content.decode()
    assert 'value="It hangs"' in html
    assert 'value="Acme"' in html


@pytest.mark.parametrize("number", ["", "ESC-9999", "²", "ESC-1"])
def test_instead_of_nothing_is_not_there(desk, acme, number):
    assert desk.post("/tickets/new/instead/", answered(acme, instead=number)).status_code == 404


def test_an_empty_addition_is_refused(desk, log_issue):
    response = desk.post("/tickets/new/instead/", {"instead": log_issue().number, "confirmed": "1", "text": " "})
    assert response.status_code == 400


# --- files -----------------------------------------------------------------------------------------------------------


def test_files_become_the_tickets(desk, acme, casey, at):
    row = attachments.accept(SimpleUploadedFile("a.png", PNG), by=casey, at=at)
    upload = SimpleUploadedFile("b.log", b"line")
    desk.post("/tickets/new/", filled(acme, files=row.key.hex, upload=upload))
    ticket = Ticket.objects.get()
    assert {file.name for file in ticket.attachments.all()} == {"a.png", "b.log"}
    assert ticket.events.filter(kind="attached").count() == 1


def test_a_refused_file_stops_nothing_silently(desk, acme):
    response = desk.post("/tickets/new/", filled(acme, upload=SimpleUploadedFile("a.exe", b"MZ")))
    assert response.status_code == 400
    assert "a.exe" in response.content.decode()
    assert not Ticket.objects.exists()
    assert not Attachment.objects.exists()


# --- cost ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/tickets/new/", "/tickets/new/panel/"])
def test_many_issues_and_customers_cost_no_more_queries(desk, acme, log_issue, address):
    log_issue()

    def cost():
        with CaptureQueriesContext(connection) as queries:
            desk.post(address, answered(acme, suggest="1", subject="Nobody can sign in"))
        return len(queries)

    few = cost()
    for n in range(8):
        log_issue(subject=f"Nobody can sign in {n}")
        Customer.objects.create(slug=f"c-{n}", name=f"C {n}")
    assert cost() == few
    assert few <= 12, few
