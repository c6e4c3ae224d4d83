"""What the administrators must know: nobody on a rung, an address that refuses, a clock that cannot be worked."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from contacts.matrix import Recipient
from contacts.models import User
from contacts.models.people import Role
from templates_app.models import Notification


@dataclass(frozen=True)
class Alert:
    """`key` names the trouble: the same trouble is told once a day."""

    key: str
    problem: str
    what_to_do: str
    number: str = ""
    ticket_path: str = ""


def messages(alerts: Iterable[Alert], at: datetime) -> list[Notification]:
    """One message for each alert and administrator; write them with `ignore_conflicts`."""
    admins = [Recipient.of_user(user) for user in administrators()]
    return [_message(alert, admin, at) for alert in alerts for admin in admins]


def administrators() -> list[User]:
    return list(User.objects.filter(Q(role=Role.ADMIN) | Q(is_superuser=True), is_active=True).exclude(email=""))


def _message(alert: Alert, admin: Recipient, at: datetime) -> Notification:
    return Notification(
        idem=f"alert.{hashlib.sha256(alert.key.encode()).hexdigest()[:24]}.{at:%Y%m%d}.{admin.user_id}",
        kind="admin",
        about=alert.number,
        user_id=admin.user_id,
        to_name=admin.name,
        to_address=admin.email,
        time_zone=admin.time_zone,
        context={
            "number": alert.number or None,
            "problem": alert.problem,
            "what_to_do": alert.what_to_do,
            "ticket_path": alert.ticket_path or None,
            **({"language": admin.language} if admin.language else {}),
        },
        due_at=at,
        created_at=at,
        next_try_at=at,
    )
