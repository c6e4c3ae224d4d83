"""Endpoints: their secrets, and switching them off and on."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime

from templates_app.channels.webhook import new_secret, signed
from templates_app.models import WebhookDelivery, WebhookEndpoint

MOST = 20
BOTH_SIGN_FOR = timedelta(hours=24)  # after a rotation
SHOWN_FOR = timedelta(minutes=10)  # to whoever made it, and never again

State = WebhookDelivery.State


def live() -> list[WebhookEndpoint]:
    """Those that are switched on. One query, of twenty rows at most."""
    return list(WebhookEndpoint.objects.filter(disabled_at=None).order_by("pk"))


def fresh_secret(by: int, at: datetime) -> dict[str, Any]:
    return {"secret": new_secret(), "until": None, "made_at": at.isoformat(), "by": by}


def rotate(endpoint: WebhookEndpoint, *, by: int, at: datetime) -> str:
    """A new secret, which signs from now on; for a day the one before it signs as well. Returns the new one."""
    with transaction.atomic():
        locked = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        before = [{**locked.secrets[0], "until": (at + BOTH_SIGN_FOR).isoformat()}] if locked.secrets else []
        locked.secrets = endpoint.secrets = [fresh_secret(by, at), *before]
        locked.save(update_fields=["secrets"])
    return str(endpoint.secrets[0]["secret"])


def secret_for(endpoint: WebhookEndpoint, user_id: int | None, at: datetime) -> str | None:
    """The newest secret, for whoever made it and only in the minutes after."""
    newest = endpoint.secrets[0] if endpoint.secrets else {}
    made = _moment(newest.get("made_at"))
    if made is None or newest.get("by") != user_id or not timedelta() <= at - made < SHOWN_FOR:
        return None
    return str(newest["secret"])


def old_one_signs_until(endpoint: WebhookEndpoint, at: datetime) -> datetime | None:
    ends = [until for each in endpoint.secrets if (until := _moment(each["until"])) and until > at]
    return max(ends, default=None)


def headers(endpoint: WebhookEndpoint, name: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of the Standard Webhooks; each secret that still counts signs. Raises Refused."""
    each = [signed(name, at, body, secret) for secret in _signing(endpoint.secrets, at)]
    together = " ".join(headers["webhook-signature"] for headers in each)
    return {**signed(name, at, body, endpoint.secrets[0]["secret"]), "webhook-signature": together}


def _signing(secrets: Sequence[dict[str, Any]], at: datetime) -> list[str]:
    return [each["secret"] for each in secrets if (until := _moment(each["until"])) is None or until > at]


def _moment(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None


def switch_off(endpoint: WebhookEndpoint, at: datetime, why: str = "") -> None:
    """Nothing is written for it from now on, and what still waited is given up: it can be sent again by hand."""
    with transaction.atomic():
        off = WebhookEndpoint.objects.filter(pk=endpoint.pk, disabled_at=None)
        off.update(disabled_at=at, disabled_why=why[:200])
        waiting = WebhookDelivery.objects.filter(endpoint=endpoint, state=State.WAITING)
        waiting.update(state=State.FAILED, next_try_at=None, claimed_until=None, finished_at=at)
    endpoint.refresh_from_db(fields=["disabled_at", "disabled_why"])


def switch_on(endpoint: WebhookEndpoint) -> None:
    """What happens from now on is told. What was given up meanwhile is not sent by itself."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(disabled_at=None, disabled_why="")
    endpoint.disabled_at, endpoint.disabled_why = None, ""
