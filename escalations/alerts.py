"""What the administrators must know: nobody on a rung, an address that refuses, a clock that cannot be worked."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from contacts.matrix import Recipient
from contacts.models import User
from contacts.models.people import Role
from escalations.leaving import leaving
from templates_app.models import Notification
from templates_app.seal import sealed

MOST_URGENT = "P1"  # alerts come the way that its messages come


@dataclass(frozen=True)
class Alert:
    """`key` names the trouble: the same trouble is told once a day. `managers`: to them as well, those of the team if
    it has any."""

    key: str
    problem: str
    what_to_do: str
    number: str = ""
    ticket_path: str = ""
    managers: bool = False
    team_id: int | None = None


def messages(alerts: Iterable[Alert], at: datetime) -> list[Notification]:
    """One message for each alert and person; write them with `ignore_conflicts`."""
    admins = administrators()
    people = ((alert, _once([*admins, *managers(alert.team_id)]) if alert.managers else admins) for alert in alerts)
    return [_message(alert, Recipient.of_user(user), at) for alert, told in people for user in told]


def _once(users: Iterable[User]) -> list[User]:
    return list({user.pk: user for user in users}.values())


def administrators() -> list[User]:
    return list(User.objects.filter(Q(role=Role.ADMIN) | Q(is_superuser=True), is_active=True).exclude(email=""))


def managers(team_id: int | None) -> list[User]:
    """Those of the team; of all teams if it has none who could be told."""
    everybody = list(User.objects.filter(role=Role.MANAGER, is_active=True).exclude(email=""))
    return [user for user in everybody if team_id and user.team_id == team_id] or everybody


def _message(alert: Alert, admin: Recipient, at: datetime) -> Notification:
    return Notification(
        idem=sealed(f"alert.{hashlib.sha256(alert.key.encode()).hexdigest()[:24]}.{at:%Y%m%d}.{admin.user_id}"),
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
        **leaving(admin, at, severity=MOST_URGENT, escalates=True, goes_through=True),
    )
