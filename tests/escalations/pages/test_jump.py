"""What the palette finds: /jump/?q=."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.models import Customer


def found(desk: Client, q: str) -> str:
    return desk.get("/jump/", {"q": q}).content.decode()


def test_a_number_finds_its_issue_with_and_without_letters(desk: Client, log_issue: Any):
    ticket = log_issue()
    for q in (ticket.number, ticket.number.lower(), ticket.number.partition("-")[2]):
        assert f'href="{ticket.get_absolute_url()}"' in found(desk, q)


def test_words_find_issues_and_customers_at_most_ten(desk: Client, log_issue: Any):
    for number in range(12):
        log_issue(subject=f"Acme outage {number}")
        Customer.objects.create(slug=f"acme-{number}", name=f"Acme {number}")
    assert found(desk, "acme").count('role="option"') == 10


def test_whatever_is_typed_is_no_error(desk: Client, log_issue: Any):
    for q in ("", "   ", "%_'\"<b>", "9" * 40, "x" * 5000, "\u202eabc", "🔥"):
        assert desk.get("/jump/", {"q": q}).status_code == 200


def test_a_subject_is_text_and_nothing_else(desk: Client, log_issue: Any):
    log_issue(subject="<script>alert(1)</script> broke")
    assert "<script>" not in found(desk, "broke")


def test_signed_out_nothing_is_found(client: Client, log_issue: Any):
    assert client.get("/jump/", {"q": log_issue().number})["Location"].startswith("/accounts/login/")


def test_the_questions_do_not_grow_with_what_is_found(desk: Client, log_issue: Any):
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            found(desk, "acme")
        return len(captured)

    log_issue()
    few = asked()
    for number in range(5):
        log_issue(subject=f"Acme {number}")
    assert asked() <= few <= 7
