"""What the settings page needs to know of severities and of the outbox; see contacts/preferences/desk.py."""

from datetime import datetime
from uuid import uuid4

from django.urls import reverse

from config.nudge import nudge_deliver
from contacts.models import User
from contacts.preferences.desk import Desk
from escalations.held_mail import follow_choice
from escalations.models import Severity
from templates_app import outgoing
from templates_app.channels.webhook import new_secret
from templates_app.models import Notification


def severities() -> list[tuple[str, str]]:
    return list(Severity.objects.order_by("code").values_list("code", "name"))


def test(user: User, channel: str, at: datetime) -> str:
    """Through the outbox, like everything else; to no other channel if it fails. Returns where its fate is shown."""
    message = Notification.objects.create(
        idem=f"test.{uuid4().hex}",
        kind="test",
        user_id=user.pk,
        channel=channel,
        to_name=user.name[:120],
        to_address=user.email,
        time_zone=user.time_zone,
        context={"path": reverse("settings"), **({"language": user.language} if user.language else {})},
        read_at=at,
        due_at=at,
        created_at=at,
        next_try_at=at,
    )
    nudge_deliver()
    return reverse("inbox-message", args=[message.pk])


DESK = Desk(saved=follow_choice, severities=severities, check=outgoing.check, new_secret=new_secret, test=test)
