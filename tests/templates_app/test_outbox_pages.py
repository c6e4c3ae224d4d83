"""The outbox at /outbox/."""

import pytest
from django.utils import timezone

from contacts.models import User
from templates_app.backends import OutboxBackend
from templates_app.models import Notification


@pytest.fixture
def casey(db):
    return User.objects.create(username="casey", email="casey@desk.example")


@pytest.fixture
def admin(db):
    return User.objects.create(username="admin", email="admin@desk.example", role="admin")


def letter(**changed):
    at = timezone.now()
    fields = {
        "idem": f"m{Notification.objects.count()}",
        "kind": "escalated",
        "about": "ESC-1001",
        "to_name": "Vera",
        "to_address": "vera@desk.example",
        "subject": "[P1] Nobody can sign in",
        "text": "Take it: https://desk.example/a/abc.def:ghi/",
        "html": '<p onclick="x()">Take it: <a href="https://desk.example/a/abc.def:ghi/">here</a></p><script>x()</script>',
        "state": "sent",
        "sent_at": at,
        "due_at": at,
        "created_at": at,
    } | changed
    return Notification.objects.create(**fields)


def test_an_empty_outbox_says_what_would_stand_here(client, admin):
    client.force_login(admin)
    assert "Nothing was sent yet" in client.get("/outbox/").content.decode()


def test_that_there_is_no_mail_server_is_said_once(client, admin):
    letter(reason=OutboxBackend.kept)
    letter(reason=OutboxBackend.kept)
    client.force_login(admin)
    html = client.get("/outbox/").content.decode()
    assert html.count("no mail server was set") == 1
    assert html.count("</span>Kept</span>") == 2


def test_the_administrator_sees_every_message_and_filters_them(client, admin):
    letter()
    letter(state="dead", sent_at=None, reason="Mailbox full", subject="Second")
    client.force_login(admin)
    assert "[P1] Nobody can sign in" in client.get("/outbox/").content.decode()
    dead = client.get("/outbox/?state=dead").content.decode()
    assert "Mailbox full" in dead
    assert "[P1] Nobody" not in dead
    assert "Nothing matches" in client.get("/outbox/?q=zebra").content.decode()


def test_everybody_of_the_desk_reads_what_left_but_not_what_administrators_are_told(client, casey):
    letter()
    own = letter(to_address="CASEY@desk.example", subject="For Casey")
    letter(kind="customer", to_address="dana@acme.example", subject="For Dana")
    client.force_login(casey)
    html = client.get("/outbox/").content.decode()
    assert "For Casey" in html
    assert "For Dana" in html
    assert "Nobody can sign in" in html
    letter(kind="admin", subject="The matrix has a hole")
    assert "The matrix has a hole" not in client.get("/outbox/").content.decode()
    assert client.get(f"/outbox/{own.pk}/").status_code == 200


def test_what_administrators_are_told_is_not_there_for_others(client, casey):
    foreign = letter(kind="admin")
    client.force_login(casey)
    for path in (f"/outbox/{foreign.pk}/", f"/outbox/{foreign.pk}/html/"):
        assert client.get(path).status_code == 404


def test_nobody_but_the_addressee_reads_a_link_that_acts_for_them(client, admin, settings):
    settings.DEMO = False
    message = letter()
    client.force_login(admin)
    for path in (f"/outbox/{message.pk}/", f"/outbox/{message.pk}/html/"):
        assert "abc.def:ghi" not in client.get(path).content.decode()


def test_html_is_framed_where_it_can_do_nothing(client, admin):
    message = letter()
    client.force_login(admin)
    page = client.get(f"/outbox/{message.pk}/")
    assert "sandbox src" in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    part = client.get(f"/outbox/{message.pk}/html/")
    policy = part["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert part["X-Frame-Options"] == "SAMEORIGIN"


def test_a_message_that_cannot_be_worded_says_so(client, admin):
    message = letter(subject="", text="", html="", state="queued", sent_at=None, next_try_at=timezone.now(), context={})
    client.force_login(admin)
    assert "cannot be made" in client.get(f"/outbox/{message.pk}/").content.decode()


def test_long_outboxes_come_in_pages(client, admin):
    for _ in range(52):
        letter()
    client.force_login(admin)
    first = client.get("/outbox/")
    assert len(first.context["messages_shown"]) == 50
    second = client.get(f"/outbox/?before={first.context['older']}")
    assert len(second.context["messages_shown"]) == 2


def test_a_stranger_sees_nothing(client, db):
    assert client.get("/outbox/").status_code == 302
