"""Signed webhooks, as the Standard Webhooks say (standardwebhooks.com): one request a message, never folded."""

import base64
import hmac
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from templates_app import mail
from templates_app.bundling import Parcel, Sorting
from templates_app.channels.channel import Receipt
from templates_app.channels.hook import Hook
from templates_app.letter import url_of
from templates_app.mail import Mail
from templates_app.models import Notification
from templates_app.outcomes import Refused

PREFIX = "whsec_"
# Facts of the snapshot that are the same in every language.
FACTS = ("severity", "customer", "owner", "status", "level", "reported_at", "taken", "next", "clocks", "facts")


@dataclass(frozen=True)
class Payload(Mail):
    body: bytes = b""
    at: datetime = field(default=datetime.min.replace(tzinfo=UTC))


class Webhook(Hook):
    name = "webhook"
    folds = False

    def sort(self, rows: list[Notification], at: datetime) -> Sorting:
        return Sorting([[row] for row in rows], [])

    def word(self, parcel: Parcel, at: datetime) -> Mail:
        subject, data = worded(parcel[0], at)
        text = json.dumps(data, ensure_ascii=False, indent=2)
        return Payload(subject, text, "", body=text.encode(), at=at)

    def send(self, parcel: Parcel, words: Mail) -> Receipt:
        assert isinstance(words, Payload)
        target = self._usable(parcel[0])
        headers = signed(message_id(parcel[0].idem), words.at, words.body, target.secret)
        return self.deliver(parcel[0], words.body, {"Content-Type": "application/json", **headers})


def worded(message: Notification, at: datetime) -> tuple[str, dict[str, Any]]:
    """The subject, and what is sent. Raises KeyError, TypeError or ValueError for a snapshot that is not what it
    should be."""
    with mail.speaking_to(message):
        said = mail.said([message], at)
    context = message.context
    data = {
        "id": message_id(message.idem),
        "kind": message.kind,
        "subject": said["subject"],
        "what": said["mark"],
        "asked": said["ask"],
        "ticket": context.get("number"),
        "title": said["title"],
        **{name: context.get(name) for name in FACTS},
        "told_as": message.level or None,
        "urgent": message.urgent,
        "late": message.late,
        "due_at": _utc(message.due_at),
        "links": _links(context, said["button_url"]),
    }
    return said["subject"], {"type": f"message.{message.kind}", "timestamp": _utc(at), "data": data}


def _links(context: dict[str, Any], button_url: str) -> dict[str, str]:
    """`act`: in the name of whoever the message is for; without it, a page of the app."""
    paths = {"ticket": context.get("ticket_path"), "act": context.get("take_path")}
    return {"open": button_url} | {name: url_of(path) for name, path in paths.items() if path}


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


# --- signatures ------------------------------------------------------------------------------------------------------


def message_id(idem: str) -> str:
    """The same for every attempt; a full stop would be ambiguous in what is signed."""
    return f"msg_{idem.replace('.', '-')}"


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(name: str, at: datetime, body: bytes, secret: str) -> dict[str, str]:
    """The three headers. Raises Refused for a secret that is none."""
    stamp = str(int(at.timestamp()))
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError as error:
        raise Refused("the secret cannot be read") from error
    if not key:
        raise Refused("there is no secret to sign with")
    digest = hmac.digest(key, f"{name}.{stamp}.".encode() + body, "sha256")
    return {
        "webhook-id": name,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
