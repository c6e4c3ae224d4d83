"""Links into a new account: invitations, and the first administrator."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from contacts.account import first
from contacts.invitations import invite, path_for
from contacts.models import User
from contacts.models.people import Role
from escalations.delivery import deliver
from templates_app.models import Notification
from tests.signing_in import OTHER, SECRET, signed_in

pytestmark = pytest.mark.django_db
GIVEN = {"password": OTHER, "again": OTHER}


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_user("admin", "admin@desk.example", SECRET, role=Role.ADMIN)


@pytest.fixture
def nora(admin: User) -> User:
    """New, and never here."""
    nora = User.objects.create_user("nora", "nora@desk.example", first_name="Nora")
    invite(nora, admin, timezone.now())
    return nora


def test_an_invitation_arrives_and_lets_in_once(nora: User, smtp: Any, client: Client):
    deliver(timezone.now())
    [mail] = smtp.messages
    text = mail.get_body(("plain",)).get_content()
    assert "choose a password" in mail["Subject"]
    path = re.findall(r"/invitation/\S+/", text)[0]
    assert "nora" in client.get(path).content.decode()
    assert client.post(path, {"password": "short", "again": "short"}).status_code == 400
    assert client.post(path, {"password": OTHER, "again": SECRET}).status_code == 400
    assert client.post(path, GIVEN)["Location"] == "/"
    assert client.get("/tickets/").status_code == 200
    assert Client().post(path, GIVEN).status_code == 410
    assert signed_in(nora, OTHER).get("/tickets/").status_code == 200


def test_a_newer_one_a_week_or_a_closed_account_ends_it(nora: User, admin: User):
    old = path_for(nora)
    invite(nora, admin, timezone.now() + timedelta(seconds=1))
    assert Client().get(old).status_code == 410
    assert Client().get(path_for(nora)).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert Client().get(path_for(nora)).status_code == 200  # signed just now
    new = path_for(nora)
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert Client().get(new).status_code == 410
    User.objects.filter(pk=nora.pk).update(is_active=False)
    assert Client().get(new).status_code == 410
    assert Client().get("/invitation/nonsense/").status_code == 410


def test_whom_nobody_can_invite(admin: User):
    robot = User.objects.create_user("robot", "robot@desk.example", is_service=True)
    nobody = User.objects.create_user("nobody")
    known = User.objects.create_user("known", "known@desk.example", SECRET)
    signed_in(known)
    known.refresh_from_db()
    for user in (robot, nobody, known):
        with pytest.raises(ValidationError):
            invite(user, admin, timezone.now())
    assert not Notification.objects.exists()


def test_the_first_administrator_makes_their_own_account(client: Client):
    path = first.path()
    given = GIVEN | {"username": "root", "email": "root@desk.example", "first_name": "Rut", "last_name": "Root"}
    weak = client.post(path, given | {"password": "Password2026!", "again": "Password2026!"})
    assert "tried first" in weak.content.decode()
    assert 'value="root@desk.example"' in weak.content.decode()
    assert client.post(path, given)["Location"] == "/"
    root = User.objects.get()
    assert (root.role, root.is_superuser, root.check_password(OTHER)) == ("admin", True, True)
    assert client.get("/admin/").status_code == 200
    assert Client().post(path, given | {"username": "eve", "email": "eve@desk.example"}).status_code == 410
    assert Client().get("/setup/nonsense/").status_code == 410


def test_a_desk_with_a_closed_administrator_is_not_set_up_again(admin: User):
    User.objects.update(is_active=False)
    assert not first.is_wanted()
    assert Client().get(first.path()).status_code == 410


def test_a_link_that_lets_in_stays_out_of_the_log(nora: User):
    from config.logs import logging_config

    path = path_for(nora)
    for plain in (True, False):
        formatter = logging_config(plain=plain)["formatters"]["line"]
        make = formatter.pop("()")
        record = logging.LogRecord("django.request", 30, "", 0, "Bad Request: %s", (path,), None)
        record.request = f"<WSGIRequest: POST '{path}?code=abc&next=/'>"
        line = make(**formatter).format(record)
        assert "Bad Request: /invitation/.../" in line
        assert path.split("/")[2] not in line
        assert "abc" not in line
