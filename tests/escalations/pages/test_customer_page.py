"""The page at /s/…/: what a customer sees and can do, and what they must never see."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from contacts.models import CustomerContact
from escalations import customer_pages
from escalations.models import Attachment, CustomerPage
from templates_app.models import Notification

pytestmark = pytest.mark.once  # forms, words and rights; test_query_budget reads every page on both

M = timedelta(minutes=1)
RANDOM = re.compile(r"[A-Za-z0-9]{64}|/s/[^/]+/")  # tokens, in which any two letters may stand side by side
SOLVED = {"root_cause": "A stale cache.", "solution": "Flushed it.", "prevention": "A watchdog."}


@pytest.fixture
def ticket(log_issue, casey, at):
    ticket = log_issue(reporter_name="Dana", reporter_email="dana@acme.example")
    ticket.acknowledge(by=casey, at=at)
    ticket.send_update(summary="We found the cause.", next_steps="We deploy the fix.", by=casey, at=at)
    return ticket


@pytest.fixture
def path(ticket):
    return customer_pages.path_of(CustomerPage.objects.get(ticket=ticket))


@pytest.fixture
def customer(now):
    return Client(enforce_csrf_checks=True)


def send(customer, path, **words):
    """As a browser does: read the page, then send its form with its token."""
    page = customer.get(path)
    return customer.post(path, {"csrfmiddlewaretoken": page.context["csrf_token"], **words}, follow=True)


def test_the_customer_sees_what_was_said_and_what_comes_next(customer, ticket, path):
    page = customer.get(path).content.decode()
    for words in (ticket.number, ticket.subject, "We are working on it", "Casey", "We found the cause.", "11:00 UTC"):
        assert words in page
    for verb in ("It still does not work", "Send"):
        assert verb in page
    assert "All is well" not in page


def test_nothing_internal_is_ever_shown(customer, ticket, path, casey, vera, bob, acme, at):
    """A secret in every place that is the desk's own."""
    ticket.note(text="SECRET-note", by=casey, at=at + M)
    ticket.wait(reason="SECRET-wait", by=casey, at=at + 2 * M)
    ticket.resume(by=casey, at=at + 3 * M)
    ticket.escalate(reason="SECRET-escalation", by=bob, at=at + 4 * M)
    ticket.take(by=vera, at=at + 5 * M)
    ticket.retag(add=["SECRET-tag"], by=casey, at=at + 6 * M)
    ticket.edit(description="SECRET-description", cc=["secret-copy@acme.example"], by=casey, at=at + 7 * M)
    acme.tier, acme.annual_value, acme.churn_reason = "SECRET-tier", 987_654, "SECRET-churn"
    acme.save()
    CustomerContact.objects.create(customer=acme, name="SECRET-contact", phone="SECRET-555")
    casey.phone = "SECRET-phone"
    casey.save()
    Attachment.objects.create(
        ticket=ticket, name="SECRET-file.txt", content_type="text/plain", size=1, uploaded_at=at, shared=False
    )
    page = RANDOM.sub("", customer.get(path).content.decode())
    assert "secret" not in page.lower()
    for inner in ("987", casey.email, "Vera", "Bob", "level", "Level", "ladder", "P1", "/tickets/", "/outbox/"):
        assert inner not in page, inner


def test_the_page_stays_out_of_caches_search_engines_and_referrers(customer, path):
    answer = customer.get(path)
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "same-origin"
    assert '<meta name="robots" content="noindex, nofollow">' in answer.content.decode()


def test_opening_it_does_nothing_but_remember_that_it_was_opened(customer, ticket, path, at):
    events = ticket.events.count()
    for method in (customer.get, customer.head):
        assert method(path).status_code == 200
    assert ticket.events.count() == events
    assert CustomerPage.objects.get().opened_at == at


def test_it_still_does_not_work(customer, ticket, path):
    answer = send(customer, path, text="A white page.")
    assert "We are on it again" in answer.content.decode()
    assert "A white page." in answer.content.decode()
    assert ticket.events.get(kind="customer").actor_name == "Acme"


def test_a_complaint_without_words_asks_for_them(customer, ticket, path):
    answer = send(customer, path, text=" ")
    assert answer.status_code == 400
    assert "Write what does not work" in answer.content.decode()
    assert not ticket.events.filter(kind="customer").exists()


def test_all_is_well_is_offered_when_it_is_resolved(customer, ticket, path, casey, at):
    ticket.resolve(by=casey, at=at, **SOLVED)
    page = customer.get(path).content.decode()
    assert "Does it work again?" in page
    assert "Flushed it." in page
    send(customer, path, do="confirm")
    ticket.refresh_from_db()
    assert ticket.confirmed_at == at
    assert "All is well" not in customer.get(path).content.decode()


def test_a_confirmation_that_comes_too_late_says_so(customer, ticket, path, casey, at):
    answer = send(customer, path, do="confirm")
    assert answer.status_code == 409
    assert "This has changed meanwhile" in answer.content.decode()


def test_a_complaint_opens_a_closed_issue_again(customer, ticket, path, casey, at):
    ticket.resolve(by=casey, at=at, **SOLVED)
    ticket.close(by=casey, at=at, reason="Done.")
    send(customer, path, text="It is back.")
    ticket.refresh_from_db()
    assert ticket.status == "in_progress"


def test_without_the_form_s_token_nothing_happens(customer, ticket, path):
    assert customer.post(path, {"text": "Forged."}).status_code == 403
    assert not ticket.events.filter(kind="customer").exists()


def test_ten_answers_an_hour_are_enough(customer, ticket, path, now):
    for n in range(10):
        assert send(customer, path, text=f"Try {n}").status_code == 200
    answer = send(customer, path, text="Once more")
    assert answer.status_code == 429
    assert "Once more" in answer.content.decode(), "what was typed stays"
    assert ticket.events.filter(kind="customer").count() == 10


@pytest.mark.parametrize(("minutes", "revoked"), [(90 * 24 * 60 + 1, False), (1, True)])
def test_a_link_that_is_over_explains_itself(customer, ticket, path, now, casey, at, minutes, revoked):
    if revoked:
        customer_pages.revoke(ticket, by=casey, at=at)
    now.minutes(minutes)
    for answer in (customer.get(path), customer.get(f"{path}files/{'0' * 8}-0000-0000-0000-{'0' * 12}/")):
        assert answer.status_code == 410
        assert "Ask the person who looks after you" in answer.content.decode()
        assert ticket.subject not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x", "MQ:x", "é", "a" * 3000, "..", "%F0%9F%98%80"])
def test_a_forged_link_is_not_found(customer, token):
    assert customer.get(f"/s/{token}/").status_code == 404


def test_files_that_are_shared_can_be_fetched_and_no_others(customer, ticket, path, at, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    shared, own = (
        Attachment(ticket=ticket, name=f"{name}.html", content_type="text/html", size=2, uploaded_at=at, shared=share)
        for name, share in (("fix", True), ("inner", False))
    )
    for file in (shared, own):
        file.file.save(file.key.hex, ContentFile(b"hi"))
    assert "fix.html" in customer.get(path).content.decode()
    answer = customer.get(f"{path}files/{shared.key}/")
    assert b"".join(answer.streaming_content) == b"hi"
    assert answer["Content-Disposition"] == 'attachment; filename="fix.html"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert customer.get(f"{path}files/{own.key}/").status_code == 404


def test_the_desk_sees_the_page_and_cannot_answer_for_the_customer(desk, ticket, path):
    page = desk.get(path)
    assert "this is what the customer sees" in page.content.decode()
    assert CustomerPage.objects.get().opened_at is None
    assert desk.post(path, {"text": "Me again"}).status_code == 403


def test_a_copy_is_not_shown_twice_and_what_was_withdrawn_not_at_all(customer, ticket, path, casey, at):
    ticket.edit(cc=["lee@acme.example"], by=casey, at=at)
    ticket.send_update(summary="Second word.", next_steps="Third.", by=casey, at=at + M)
    assert customer.get(path).content.decode().count("Second word.") == 1
    Notification.objects.filter(text__contains="Second word.").update(state="cancelled", next_try_at=None)
    assert "Second word." not in customer.get(path).content.decode()


def test_the_link_of_a_merged_issue_leads_to_where_work_goes_on(customer, ticket, path, log_issue, casey, at):
    target = log_issue("P2", subject="The real one")
    ticket.merge(into=target, reason="Same.", by=casey, at=at)
    page = customer.get(path).content.decode()
    assert "The real one" in page
    assert "We found the cause." in page, "what this customer was told stays readable"


def test_the_number_of_queries_does_not_grow(customer, ticket, path, casey, at, django_assert_max_num_queries):
    for n in range(8):
        ticket.send_update(summary=f"News {n}", next_steps="More.", by=casey, at=at + n * M)
        ticket.note(text="x", by=casey, at=at + n * M)
    with django_assert_max_num_queries(12):
        customer.get(path)
