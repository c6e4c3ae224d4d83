"""Testing the ladder: who is asked, what a link does, what the matrix knows afterwards."""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from contacts.models import Absence, Contact, User
from contacts.models.people import Role
from contacts.reach import prove
from escalations.delivery import deliver
from escalations.models import Drill, DrillCall
from escalations.reach.drill import token_of
from templates_app.models import Notification

MINUTE = timedelta(minutes=1)


@pytest.fixture
def browser(at: datetime) -> Any:
    with time_machine.travel(at, tick=False) as clock:

        def sign_in(user: User | None = None) -> Client:
            client = Client()
            if user:
                client.force_login(user)
            return client

        sign_in.clock = clock
        yield sign_in


@pytest.fixture
def morgan(db: None) -> User:
    return User.objects.create(username="morgan", first_name="Morgan", email="morgan@desk.example", role=Role.MANAGER)


@pytest.fixture
def started(protocol: None, browser: Any, morgan: User) -> Callable[..., Drill]:
    def start(**given: str) -> Drill:
        answer = browser(morgan).post("/contacts/drills/", {"team": "", "scope": "all"} | given)
        assert answer.status_code == 302, answer.text
        return Drill.objects.latest("pk")

    return start


def states(client: Client, drill: Drill) -> dict[str, str]:
    return {line.call.level: line.state for line in client.get(f"/contacts/drills/{drill.pk}/").context["lines"]}


def test_a_test_is_told_delivered_confirmed_and_known_in_the_matrix(started, browser, morgan, smtp, at) -> None:
    Contact.objects.filter(level="5").update(name="", email="")
    Contact.objects.filter(level="product").update(email="level-3@desk.example", name="Person 3")
    drill, manager = started(), browser(morgan)
    assert set(states(manager, drill).values()) == {"queued", "skipped"}
    deliver(at)
    assert states(manager, drill) == {
        **dict.fromkeys(("1", "2", "3", "4", "technical", "product"), "sent"),
        "5": "skipped",
    }
    [sent] = [m for m in smtp.messages if m["To"] and "level-3@" in m["To"]]
    text = sent.get_body(("plain",)).get_content()
    assert "This is a test. Nothing has happened." in text
    path = re.search(r"/drill/\S+", text)[0]  # type: ignore[index]

    phone = browser()
    assert "Yes, I read this" in phone.get(path).text
    assert not DrillCall.objects.filter(confirmed_at__isnull=False).exists()
    page = phone.post(path, follow=True)
    assert "You can be reached" in page.text
    browser.clock.move_to(at + MINUTE)
    phone.post(path)
    assert {c.level for c in DrillCall.objects.filter(confirmed_at=at)} == {"3", "product"}
    proved = Contact.objects.filter(proved_at=at, proved_how="drill").values_list("level", flat=True)
    assert sorted(proved) == ["3", "product"]
    answer = manager.get(f"/contacts/drills/{drill.pk}/")
    assert (answer.context["confirmed"], answer.context["asked"]) == (2, 6)
    again = manager.get(f"/contacts/drills/{drill.pk}/", {"v": answer.context["version"]}, headers={"Fragment": "1"})
    assert again.status_code == 204


def test_links_that_are_spent_foreign_or_broken_explain_themselves(started, browser, at) -> None:
    drill = started()
    good = token_of(drill, "level-3@desk.example")
    for token in (good[:-2], "x", token_of(drill, "stranger@elsewhere.example")):
        assert browser().post(f"/drill/{token}/").status_code == 410
    browser.clock.move_to(at + timedelta(days=8))
    assert "work for seven days" in browser().get(f"/drill/{good}/").text
    assert not DrillCall.objects.filter(confirmed_at__isnull=False).exists()


def test_first_only_asks_whoever_would_be_told_now(started, at) -> None:
    backup = Contact.objects.create(level="3", title="VP", name="Backup", email="backup@desk.example", position=1)
    Absence.objects.create(contact=Contact.objects.get(level="3", position=0), starts_at=at, ends_at=at + MINUTE)
    drill = started(scope="first")
    assert drill.calls.get(level="3").address == "backup@desk.example"
    assert Notification.objects.filter(contact_id=backup.pk, kind="drill").count() == 1


def test_quiet_hours_hold_a_test_unless_the_manager_says_otherwise(started, browser, vera, at) -> None:
    User.objects.filter(pk=vera.pk).update(quiet_from=time(9), quiet_until=time(12))
    Contact.objects.filter(level="3").update(user=vera)
    started()
    assert Notification.objects.get(user_id=vera.pk).held_until == at + 120 * MINUTE
    browser.clock.move_to(at + 6 * MINUTE)
    started(through_quiet="on")
    assert Notification.objects.filter(user_id=vera.pk).latest("pk").held_until is None


def test_only_managers_start_one_and_not_twice_in_a_moment(started, browser, morgan, casey, at) -> None:
    started()
    assert browser(casey).post("/contacts/drills/", {"scope": "all"}).status_code == 403
    again = browser(morgan).post("/contacts/drills/", {"scope": "all"})
    assert again.status_code == 409
    assert "a moment ago" in again.text
    assert browser(morgan).post("/contacts/drills/", {"scope": "x", "team": "y"}).status_code == 400
    assert Drill.objects.count() == 1


def test_taking_an_escalation_proves_the_address_that_was_told(log_issue, vera, at) -> None:
    ticket = log_issue()
    ticket.take(by=vera, at=at + MINUTE)
    assert Contact.objects.get(level="3").proved_how == "taken"
    assert list(Contact.objects.exclude(proved_at=None).values_list("level", flat=True)) == ["3"]


def test_an_answer_clears_a_refusal_and_an_old_proof_replaces_no_newer_one(protocol, at) -> None:
    Contact.objects.filter(level="3").update(unreachable_since=at, unreachable_reason="550")
    prove("LEVEL-3@desk.example", "taken", at + MINUTE)
    assert Contact.objects.get(level="3").unreachable_since == at
    prove("level-3@desk.example", "drill", at + 2 * MINUTE)
    prove("level-3@desk.example", "taken", at)
    contact = Contact.objects.get(level="3")
    assert (contact.unreachable_since, contact.proved_how) == (None, "drill")
