"""From the outbox to a real mail server, with the ticket's state read again before the wire."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from contacts.models import Contact, User
from escalations.delivery import deliver
from escalations.models import Escalation, Ticket
from templates_app.models import Notification

pytestmark = pytest.mark.django_db(transaction=True)


def received(smtp: Any) -> set[str]:
    return {address for mail in smtp.messages for address in mail.recipients}


def states(ticket: Ticket) -> dict[str, str]:
    return dict(Notification.objects.filter(about=ticket.number).values_list("to_address", "state"))


def test_a_p1_reaches_everybody_who_stands_on_the_first_rungs(log_issue: Any, smtp: Any, at: datetime) -> None:
    ticket = log_issue()
    report = deliver(at + timedelta(seconds=5))
    assert report.sent == 4
    assert received(smtp) == {"casey@desk.example", *(f"level-{n}@desk.example" for n in ("2", "3", "technical"))}
    assert all(escalation.notified_at for escalation in ticket.escalations.all())


def test_nobody_is_told_of_what_is_resolved_already(log_issue: Any, smtp: Any, casey: User, at: datetime) -> None:
    ticket = log_issue()
    ticket.resolve(root_cause="a", solution="b", prevention="c", by=casey, at=at + timedelta(seconds=1))
    deliver(at + timedelta(seconds=5))
    opened = Notification.objects.filter(about=ticket.number, kind="opened")
    assert {row.state for row in opened} == {"cancelled"}
    assert {row.reason for row in opened} == {"resolved before it was sent"}


def test_nobody_is_told_to_act_on_what_somebody_has(log_issue: Any, smtp: Any, vera: User, at: datetime) -> None:
    ticket = log_issue()
    ticket.take(by=vera, at=at + timedelta(seconds=1))
    deliver(at + timedelta(seconds=5))
    assert received(smtp) == {"casey@desk.example"}, "the owner hears who has it"


def test_a_refused_address_passes_to_the_backup_at_once(log_issue: Any, smtp: Any, admin: User, at: datetime) -> None:
    Contact.objects.filter(level="2").update(email="gone@desk.example")
    Contact.objects.create(level="2", position=1, title="Deputy lead", name="Dee", email="dee@desk.example")
    smtp.refuse("gone@desk.example")
    ticket = log_issue()
    deliver(at + timedelta(seconds=2))
    deliver(at + timedelta(seconds=4))
    assert "dee@desk.example" in received(smtp)
    assert Contact.objects.get(level="2", position=0).unreachable_since
    assert ticket.events.filter(kind="unreachable").count() == 1
    assert [p["email"] for p in Escalation.objects.get(ticket=ticket, level="2").contacts] == [
        "gone@desk.example",
        "dee@desk.example",
    ]
    assert admin.email in received(smtp)


def test_with_nobody_left_on_the_rung_the_next_one_is_told(log_issue: Any, smtp: Any, run: Any, at: datetime) -> None:
    ticket = log_issue()
    deliver(at)
    smtp.refuse("level-4@desk.example")
    run(15)
    deliver(at + timedelta(minutes=15, seconds=1))
    deliver(at + timedelta(minutes=15, seconds=3))
    assert "level-5@desk.example" in received(smtp)
    ticket.refresh_from_db()
    assert ticket.level == 5


def test_the_customer_gets_the_update_once(log_issue: Any, smtp: Any, casey: User, at: datetime) -> None:
    ticket = log_issue()
    ticket.send_update(summary="Rolled back.", next_steps="We watch it.", by=casey, at=at)
    for seconds in (1, 3, 5):
        deliver(at + timedelta(seconds=seconds))
    to_customer = smtp.to("dana@acme.example")
    assert len(to_customer) == 1
    assert "Rolled back." in to_customer[0].get_body(("plain",)).get_content()
