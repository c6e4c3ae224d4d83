"""/inbox/: one's own messages, and nobody else's; looking changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from contacts.models import User
from templates_app.models import Notification
from tests.templates_app.outbox import NOW, context, queue


@pytest.fixture
def vera(db: None) -> User:
    return User.objects.create(username="vera", email="vera@desk.example", role="executive", time_zone="Asia/Tokyo")


@pytest.fixture
def desk(vera: User, client: Client) -> Client:
    client.force_login(vera)
    return client


def to(user: User, number: str = "ESC-1047", **more: Any) -> Notification:
    fields = {"user_id": user.pk, "about": number, "context": context(number=number), "state": "sent", "sent_at": NOW}
    return queue(**fields | more)


def is_read(row: Notification) -> bool:
    return Notification.objects.get(pk=row.pk).read_at is not None


def test_everything_i_was_told_is_there_newest_first_and_nothing_else(desk: Client, vera: User):
    first = to(vera, "ESC-1001")
    second = to(vera, "ESC-1002", channel="app", at=NOW + timedelta(minutes=1))
    other = to(User.objects.create(username="bob"), "ESC-1003")
    html = desk.get("/inbox/").content.decode()
    assert html.index("ESC-1002") < html.index("ESC-1001")
    assert "ESC-1003" not in html
    assert "In the app" in html
    assert not is_read(first)
    assert not is_read(second)
    assert desk.get(f"/inbox/{other.pk}/").status_code == 404
    assert desk.post(f"/inbox/{other.pk}/").status_code == 404
    assert desk.get(f"/inbox/{other.pk}/html/").status_code == 404


def test_an_empty_inbox_says_what_would_stand_here(desk: Client):
    assert "Nothing was sent to you yet" in desk.get("/inbox/").content.decode()
    assert "Nothing here" in desk.get("/inbox/?show=unread").content.decode()


def test_opening_is_a_button_and_reads_it(desk: Client, vera: User):
    row = to(vera)
    assert f'formaction="/inbox/{row.pk}/"' in desk.get("/inbox/").content.decode()
    assert "Mark as read" in desk.get(f"/inbox/{row.pk}/").content.decode()
    assert not is_read(row), "a GET changes nothing"
    assert desk.post(f"/inbox/{row.pk}/")["Location"] == f"/inbox/{row.pk}/"
    assert is_read(row)
    assert "Mark as read" not in desk.get(f"/inbox/{row.pk}/").content.decode()
    assert "formaction" not in desk.get("/inbox/").content.decode()


def test_a_message_is_told_in_the_readers_words_and_zone_of_today(desk: Client, vera: User, words_are_built: None):
    row = to(vera, channel="slack", subject="As Slack had it", text="As Slack had it")
    assert "15:36 JST" in desk.get(f"/inbox/{row.pk}/").content.decode()
    User.objects.filter(pk=vera.pk).update(language="de", time_zone="Europe/Berlin")
    html = desk.get(f"/inbox/{row.pk}/").content.decode()
    assert "07:36 MEZ" in html or "07:36 CET" in html
    assert "As Slack had it" not in html
    assert "default-src 'none'" in desk.get(f"/inbox/{row.pk}/html/")["Content-Security-Policy"]


def test_the_frame_counts_what_is_unread(desk: Client, vera: User):
    to(vera), to(vera), to(vera, read_at=NOW)
    page = desk.get("/inbox/")
    [entry] = [e for _title, entries in page.context["shell"].sections for e in entries if e["path"] == "/inbox/"]
    assert entry["count"] == 2


def test_filters_and_pages(desk: Client, vera: User):
    for n in range(32):
        to(vera, f"ESC-{2000 + n}", at=NOW + timedelta(minutes=n), read_at=NOW if n % 2 else None)
    to(vera, "ESC-1500", kind="reminder")
    first = desk.get("/inbox/")
    assert len(first.context["entries"]) == 30
    second = desk.get(f"/inbox/?before={first.context['older']}")
    assert len(second.context["entries"]) == 3
    assert len(desk.get("/inbox/?show=unread").context["entries"]) == 17
    assert len(desk.get("/inbox/?kind=reminders").context["entries"]) == 1
    assert len(desk.get("/inbox/?kind=other").context["entries"]) == 0
    for nonsense in ("?before=x", "?before=99999999999999999999", "?kind=%00x", "?show=all&kind=nonsense"):
        assert desk.get(f"/inbox/{nonsense}").status_code in (200, 400)


def test_all_that_was_shown_is_read_and_what_came_since_is_not(desk: Client, vera: User):
    old, shown = to(vera), to(vera, at=NOW + timedelta(minutes=1))
    since = to(vera, at=NOW + timedelta(minutes=2))
    assert desk.post("/inbox/read/", {"until": shown.pk})["Location"] == "/inbox/"
    assert [is_read(row) for row in (old, shown, since)] == [True, True, False]
    for nonsense in ("", "x", "0", str(10**30)):
        assert desk.post("/inbox/read/", {"until": nonsense}).status_code == 404


def test_a_message_that_cannot_be_worded_stands_there_all_the_same(desk: Client, vera: User):
    row = to(vera, context={}, subject="What is left of it")
    assert "What is left of it" in desk.get("/inbox/").content.decode()
    assert "cannot be made" in desk.get(f"/inbox/{row.pk}/").content.decode()


def test_a_cancelled_message_is_nothing_to_be_read(desk: Client, vera: User):
    from tests.templates_app.outbox import Desk

    row = queue(user_id=vera.pk)
    sender = Desk()
    sender.withdrawn = {row.pk: "taken by Bob"}
    sender.deliver()
    assert is_read(row)
    assert "taken by Bob" in desk.get("/inbox/").content.decode()


def test_the_outbox_shows_the_channel_and_what_was_tried(desk: Client, vera: User):
    tried = [{"channel": "slack", "at": NOW.isoformat(), "reason": "404 no_service"}]
    row = to(vera, subject="S", text="T", tried=tried)
    for page in ("/outbox/", f"/outbox/{row.pk}/", f"/inbox/{row.pk}/"):
        html = desk.get(page).content.decode()
        assert "Slack failed" in html
        assert "404 no_service" in html
        assert "E-mail" in html


def test_a_stranger_has_no_inbox(client: Client, db: None):
    for path in ("/inbox/", "/inbox/1/", "/inbox/1/html/"):
        assert client.get(path).status_code == 302
    assert client.post("/inbox/read/").status_code == 302
