"""What was typed survives the end of a session, a sign-in in another tab, and an impatient double click."""

import re
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse

from contacts.models import IdempotencyKey, User
from escalations.models import Event, Ticket

pytestmark = pytest.mark.django_db
SENTENCE = "You had been signed out, so nothing was sent."
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
HERE = {"headers": {"origin": "http://testserver"}}


@pytest.fixture
def ticket(log_issue: Any) -> Ticket:
    return log_issue()


@pytest.fixture
def tab(casey: User, now: Any) -> Client:
    """Casey's, which checks tokens as a real one does."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(casey)
    return client


def note(ticket: Ticket) -> str:
    return reverse("ticket-act", args=[ticket.number, "note"])


def token_of(client: Client, path: str) -> str:
    return TOKEN.search(client.get(path).content.decode())[1]  # type: ignore[index]


def sign_out(client: Client) -> None:
    """As when a session has run out: the row is gone, the cookies are not."""
    client.session.flush()
    Session.objects.all().delete()


def notes() -> int:
    return Event.objects.filter(kind="note").count()


def kept_address(response: Any) -> str:
    from urllib.parse import parse_qs, urlsplit

    parts = urlsplit(response["Location"])
    return parse_qs(parts.query)["next"][0] if parts.path == "/accounts/login/" else response["Location"]


def test_the_words_of_somebody_signed_out_are_shown_again_unsent(tab, ticket, casey):
    token = token_of(tab, ticket.get_absolute_url())
    sign_out(tab)
    lost = tab.post(note(ticket), {"text": "They called twice", "csrfmiddlewaretoken": token}, **HERE)
    assert lost["Location"].startswith("/accounts/login/?next=")
    tab.force_login(casey)
    html = tab.get(kept_address(lost)).content.decode()
    assert "They called twice" in html
    assert SENTENCE in html
    assert notes() == 0


def test_nobody_else_gets_them(tab, ticket, bob):
    token = token_of(tab, ticket.get_absolute_url())
    sign_out(tab)
    lost = tab.post(note(ticket), {"text": "They called twice", "csrfmiddlewaretoken": token}, **HERE)
    tab.force_login(bob)
    html = tab.get(kept_address(lost)).content.decode()
    assert "They called twice" not in html
    assert SENTENCE not in html


def test_a_form_that_is_older_than_the_sign_in_keeps_its_words(tab, ticket, casey):
    token = token_of(tab, ticket.get_absolute_url())
    tab.cookies["csrftoken"] = "b" * 32
    answer = tab.post(note(ticket), {"text": "They called twice", "csrfmiddlewaretoken": token}, **HERE)
    assert answer.status_code == 302
    html = tab.get(kept_address(answer)).content.decode()
    assert "They called twice" in html
    assert notes() == 0


def test_a_form_of_somebody_else_in_the_same_browser_does_not(tab, ticket, bob):
    token = token_of(tab, ticket.get_absolute_url())
    tab.force_login(bob)
    tab.cookies["csrftoken"] = "b" * 32
    answer = tab.post(note(ticket), {"text": "They called twice", "csrfmiddlewaretoken": token}, **HERE)
    assert answer.status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_another_site_puts_no_words_anywhere(tab, ticket, origin):
    token = token_of(tab, ticket.get_absolute_url())
    answer = tab.post(
        note(ticket), {"text": "Pay here", "csrfmiddlewaretoken": token[::-1]}, headers={"origin": origin}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("token", ["", "x", "²" * 64, "a" * 64, "a" * 32])
def test_a_token_that_is_none_keeps_nothing(client, ticket, token):
    lost = client.post(note(ticket), {"text": "x", "csrfmiddlewaretoken": token})
    assert "kept" not in lost["Location"]


@pytest.mark.parametrize("data", [{"text": " "}, {}, {"text": "x" * 200_001}])
def test_nothing_and_too_much_are_not_kept(tab, ticket, data):
    token = token_of(tab, ticket.get_absolute_url())
    sign_out(tab)
    lost = tab.post(note(ticket), {**data, "csrfmiddlewaretoken": token}, **HERE)
    assert "kept" not in lost["Location"]


def test_secrets_are_not_kept(tab, ticket, casey, monkeypatch):
    stored = {}
    monkeypatch.setattr(cache, "set", lambda key, value, *_: stored.update({key: value}))
    token = token_of(tab, ticket.get_absolute_url())
    sign_out(tab)
    words = {"text": "hello", "password": "s3cret", "new_password1": "s3cret", "csrfmiddlewaretoken": token}
    tab.post(note(ticket), words, **HERE)
    [value] = [value for key, value in stored.items() if key.startswith("kept:")]
    assert value["data"] == "text=hello"


def test_after_an_hour_they_are_gone(tab, ticket, casey, now):
    token = token_of(tab, ticket.get_absolute_url())
    sign_out(tab)
    lost = tab.post(note(ticket), {"text": "They called twice", "csrfmiddlewaretoken": token}, **HERE)
    now.minutes(61)
    tab.force_login(casey)
    answer = tab.get(kept_address(lost))
    assert answer.status_code == 200
    assert "They called twice" not in answer.content.decode()


def test_a_page_that_cannot_show_them_gives_way_to_one_that_can(tab, casey, ticket):
    cache.set("kept:k", {"who": casey.pk, "path": "/outbox/", "data": "text=They+called&empty="})
    html = tab.get("/outbox/?kept=k").content.decode()
    assert ">They called</textarea>" in html
    assert 'name="empty"' in html
    assert SENTENCE in html


@pytest.mark.parametrize("key", ["", "nothing", "x" * 500, "%20"])
def test_a_wrong_key_shows_the_page_as_it_is(tab, ticket, key):
    html = tab.get(f"/outbox/?kept={key}").content.decode()
    assert SENTENCE not in html


# --- once ------------------------------------------------------------------------------------------------------------


def test_two_equal_posts_of_one_form_make_one_note_and_say_the_same(tab, ticket):
    words = {"text": "They called twice", "csrfmiddlewaretoken": token_of(tab, ticket.get_absolute_url())}
    first, second = (tab.post(note(ticket), words, **HERE) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert second["Location"] == first["Location"]
    assert notes() == 1
    assert "Note kept" in tab.get(second["Location"]).content.decode()


def test_other_words_of_the_same_form_are_another_wish(tab, ticket):
    token = token_of(tab, ticket.get_absolute_url())
    for text in ("They called", "They called twice"):
        tab.post(note(ticket), {"text": text, "csrfmiddlewaretoken": token}, **HERE)
    assert notes() == 2


def test_another_file_of_the_same_name_and_size_is_another_wish(desk, ticket, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for content in (b"AAAA", b"BBBB", b"BBBB"):
        words = {
            "text": "See the file",
            "upload": SimpleUploadedFile("a.txt", content),
            "csrfmiddlewaretoken": "a" * 64,
        }
        assert desk.post(note(ticket), words).status_code == 302
    kept = [Path(row.file.path).read_bytes() for row in ticket.attachments.order_by("pk")]
    assert kept == [b"AAAA", b"BBBB"]


def test_the_same_words_in_a_form_drawn_anew_are_another_wish(tab, ticket):
    for _ in range(2):
        token = token_of(tab, ticket.get_absolute_url())
        tab.post(note(ticket), {"text": "They called", "csrfmiddlewaretoken": token}, **HERE)
    assert notes() == 2


def test_a_refused_form_may_be_sent_again(tab, ticket):
    token = token_of(tab, ticket.get_absolute_url())
    for _ in range(2):
        assert tab.post(note(ticket), {"text": "", "x": "y", "csrfmiddlewaretoken": token}).status_code == 400
    assert not IdempotencyKey.objects.exists()


def test_what_a_script_sends_is_not_held_back(tab, ticket):
    token = token_of(tab, ticket.get_absolute_url())
    for _ in range(2):
        headers = {"origin": "http://testserver", "sec-fetch-mode": "cors"}
        tab.post(note(ticket), {"text": "They called", "csrfmiddlewaretoken": token}, headers=headers)
    assert notes() == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_are_one(ticket, casey, signed_in):
    def send() -> None:
        try:
            client.post(note(ticket), {"text": "They called", "csrfmiddlewaretoken": "a" * 64})
        finally:
            connections.close_all()

    client = signed_in(casey)
    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert notes() == 1


def test_what_went_wrong_in_the_middle_is_as_if_it_had_not_begun(ticket, desk, monkeypatch):
    def fail(*_: Any) -> None:
        Event.objects.filter(pk=0).first()
        raise RuntimeError

    desk.raise_request_exception = False
    words = {"text": "They called", "csrfmiddlewaretoken": "a" * 64}
    with monkeypatch.context() as patch:
        patch.setattr("escalations.views.act.back_to", fail)
        assert desk.post(note(ticket), words).status_code == 500
    assert notes() == 0
    assert desk.post(note(ticket), words).status_code == 302
    assert notes() == 1


def test_the_same_form_of_two_people_is_two(ticket, casey, bob, signed_in):
    for user in (casey, bob):
        signed_in(user).post(note(ticket), {"text": "They called", "csrfmiddlewaretoken": "a" * 64})
    assert notes() == 2
