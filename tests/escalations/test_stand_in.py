"""Whoever stands in for an owner who is away is told in their stead, as long as the issue is theirs."""

from datetime import datetime, timedelta
from typing import Any

from contacts.models import Absence, User
from escalations.delivery import deliver
from templates_app.models import Notification


def states(kind: str) -> dict[str, str]:
    return dict(Notification.objects.filter(kind=kind, level="1").values_list("to_address", "state"))


def test_the_owners_stand_in_is_told_and_then_whoever_owns_it(
    log_issue: Any, casey: User, bob: User, vera: User, smtp: Any, at: datetime
) -> None:
    Absence.objects.create(user=casey, starts_at=at, ends_at=at + timedelta(days=1), delegate_user=vera)
    first, second = log_issue("P3"), log_issue("P3", subject="The import stops")
    assert states("opened") == {"level-3@desk.example": "queued"}
    second.assign(owner=bob, by=vera, at=at)
    deliver(at)
    sent = {m.about: m.state for m in Notification.objects.filter(kind="opened", level="1")}
    assert sent == {first.number: "sent", second.number: "cancelled"}


def test_without_a_stand_in_level_one_is_told(log_issue: Any, casey: User, at: datetime) -> None:
    Absence.objects.create(user=casey, starts_at=at, ends_at=at + timedelta(days=1))
    log_issue("P3")
    assert states("opened") == {"level-1@desk.example": "queued"}
