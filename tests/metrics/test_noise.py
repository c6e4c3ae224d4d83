"""The budget of messages counts mails as people got them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contacts.models import User
from escalations.models import Escalation
from metrics.noise import budget
from templates_app.models import Notification

AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # a Wednesday
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


@pytest.fixture
def mailed(db: None) -> Any:
    def mail(when: datetime, to: str = "vera@desk.example", **more: Any) -> Notification:
        n = Notification.objects.count()
        base = {"kind": "escalated", "to_name": "Vera", "state": "sent", "due_at": when, "created_at": when}
        return Notification.objects.create(**{"idem": f"m{n}", "to_address": to, "sent_at": when} | base | more)

    return mail


def test_mails_are_counted_by_week_and_what_travelled_along_is_not(mailed: Any) -> None:
    lead = mailed(AT - HOUR)
    mailed(AT - HOUR, bundled_into=lead)
    mailed(AT - WEEK)
    mailed(AT - WEEK, kind="customer")
    mailed(AT - 9 * WEEK)
    mailed(AT - HOUR, to="bob@desk.example", to_name="Bob")
    vera, bob = budget.mailboxes(AT)
    assert (vera.name, vera.weeks, vera.total) == ("Vera", [0, 0, 0, 0, 0, 0, 1, 1], 2)
    assert (bob.address, bob.total) == ("bob@desk.example", 1)


def test_night_is_where_the_executive_is(mailed: Any) -> None:
    vera = User.objects.create(username="vera", email="vera@desk.example", role="executive", time_zone="Asia/Tokyo")
    ben = User.objects.create(username="ben", email="ben@desk.example", role="executive", time_zone="Europe/Berlin")
    noon_in_berlin = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)  # 23:00 in Tokyo
    for user in (vera, ben):
        mailed(noon_in_berlin, to=user.email, user_id=user.pk, urgent=True)
    mailed(noon_in_berlin, to=vera.email, user_id=vera.pk)
    rows = [(row.user, row.mails, row.at_night) for row in budget.interrupted(AT)]
    assert rows == [(vera, 1, 1), (ben, 1, 0)]


def test_a_rung_that_never_takes_anything_is_said_to(log_issue: Any, at: datetime) -> None:
    log_issue()  # tells levels 2, 3 and Technical at once
    told = Escalation.objects.filter(level="2")
    told.update(taken_at=at, taken_by_name="Lena")
    rungs = {rung.level: rung for rung in budget.rungs(at + HOUR)}
    assert list(rungs) == ["2", "3", "technical"]
    assert (rungs["2"].taken, rungs["2"].never_acts) == (1, False)
    assert (rungs["3"].told, rungs["3"].never_acts) == (1, True)


def test_managers_look_at_it_and_others_do_not(
    client: Any, log_issue: Any, casey: User, django_assert_max_num_queries: Any
) -> None:
    log_issue()
    client.force_login(casey)
    assert client.get("/noise/").status_code == 403
    client.force_login(User.objects.create(username="morgan", role="manager"))
    with django_assert_max_num_queries(12):
        assert b"Executives interrupted" in client.get("/noise/").content
