"""What machines and people do to one escalation in the same moment."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from contacts.models import Contact, User
from contacts.models.matrix import Proof
from contacts.reach import prove
from escalations import unreachable
from escalations.errors import NotAllowed
from escalations.models import Escalation
from escalations.reach import drill
from escalations.verbs.turn import lock
from templates_app.inbound.store import receive
from templates_app.models import InboundMail, Notification
from tests.racing import second

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.only("postgresql")]
MAIL = b"From: Dana <dana@%s>\r\nTo: desk@desk.example\r\nMessage-ID: <one@acme.example>\r\nSubject: x\r\n\r\nHello\r\n"


def test_a_bounce_and_whoever_takes_it_never_wait_for_each_other(log_issue: Any, run: Any, at: datetime) -> None:
    ticket = log_issue()
    run(60)
    told = Escalation.objects.get(level="3")
    message = Notification.objects.filter(escalation_id=told.pk).first()
    assert message
    message.failure, message.reason = "address", "550 no such user"

    def bounce() -> str:
        with transaction.atomic():
            unreachable.pass_on(message, at)
        return "passed on"

    # As the verb does: the issue first, then its taker's address in the matrix.
    answer = second(
        bounce,
        while_first=lambda: lock(ticket),
        and_then=lambda: prove(message.to_address, Proof.TAKEN, at + timedelta(hours=2)),
    )
    assert answer == "passed on"
    assert Contact.objects.get(level="3").unreachable_reason == ""  # read after it had left


def test_one_ladder_is_tested_once_by_two_in_one_moment(log_issue: Any, admin: User, at: datetime) -> None:
    def start() -> str:
        try:
            drill.start(team=None, first_only=False, through_quiet=True, by=admin, at=at)
        except NotAllowed as refused:
            return refused.message
        return "started"

    assert "a moment ago" in second(start, while_first=start)


@pytest.mark.parametrize("other", [b"acme.example", b"beta.example"])
def test_a_mail_that_comes_by_two_doors_at_once_is_kept_once_for_each_sender(at: datetime, other: bytes) -> None:
    receive_one = lambda host: receive(MAIL % host, at=at)[1]  # noqa: E731
    new = second(lambda: receive_one(other), while_first=lambda: receive_one(b"acme.example"))
    assert new is (other == b"beta.example")
    assert InboundMail.objects.count() == 1 + new
