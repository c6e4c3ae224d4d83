"""Bounces of mail servers: delivery status notifications (RFC 3464), as a person's mailbox gets them.

`read_bounce` never raises: whatever is not a bounce of ours is None.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_string
from email.message import EmailMessage, Message
from typing import Any

from templates_app import plain
from templates_app.models import DeliveryReport, Notification

from . import Consequences, Kind
from .tracking import report

STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
ADDRESS = re.compile(r"[^\s<>;,\"]+@[^\s<>;,\"]+")
MESSAGE_ID = re.compile(r"^Message-ID:\s*(<[^<>\s]{1,400}>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Bounce:
    """`final`: it was given up; otherwise it is only delayed and still being tried. `status` is an enhanced code such
    as "5.1.1", or "". `message_id` is that of the mail that came back, in angle brackets."""

    final: bool
    recipient: str
    status: str
    message_id: str
    reason: str


def read_bounce(mail: EmailMessage) -> Bounce | None:
    """None for any other mail, for a report of success, and for one that does not name the mail it is about."""
    try:
        return _standard(mail) or _plain(mail)
    except Exception:  # no parser foresees what machines write
        return None


def apply(
    bounce: Bounce, at: datetime, failed: Callable[[Notification, datetime], None], **more: Any
) -> DeliveryReport | None:
    """Let it count. `failed` is called for each message that has failed by it, in the transaction that says so. None
    if this was known."""
    return report(
        Kind.BOUNCED if bounce.final else Kind.DEFERRED,
        source="dsn",
        message_id=bounce.message_id,
        address=bounce.recipient,
        reason=bounce.reason,
        said_at=None,
        at=at,
        then=Consequences(failed=failed, **more),
    )


# -- multipart/report -------------------------------------------------------------------------------------------------


def _standard(mail: Message) -> Bounce | None:
    parts = list(mail.walk())
    status = next((part for part in parts if part.get_content_type().endswith("/delivery-status")), None)
    if status is None:
        return None
    message_id = next(filter(None, map(_returned_id, parts)), "")
    groups = [group for group in _groups(status) if group.get("Action")]
    failed = next((group for group in groups if _action(group) == "failed"), None)
    group = failed or next((group for group in groups if _action(group) == "delayed"), None)
    if group is None or not message_id:
        return None
    said = plain.one_line(group.get("Diagnostic-Code", "")).partition(";")
    code = plain.one_line(group.get("Status", ""))
    return Bounce(
        final=failed is not None,
        recipient=_recipient(group),
        status=_status(code) or _status(said[2]),
        message_id=message_id,
        reason=(said[2].strip() or said[0] or code or _action(group))[:300],
    )


def _groups(part: Message) -> Iterator[Message]:
    """The fields of the report: first those of the message, then those of each recipient."""
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (each for each in payload if isinstance(each, Message))
        return
    for block in re.split(r"\r?\n[ \t]*\r?\n", _text(part)):
        yield message_from_string(block.strip() + "\n\n")


def _action(group: Message) -> str:
    return plain.one_line(group.get("Action", "")).partition("(")[0].strip().lower()


def _recipient(group: Message) -> str:
    """As we wrote it, where the server remembers; a forwarding server names the address behind ours."""
    for name in ("Original-Recipient", "Final-Recipient", "X-Actual-Recipient"):
        text = plain.one_line(group.get(name, "")).partition(";")[2]
        if match := ADDRESS.search(text):
            return match[0][:254]
    return ""


def _status(text: str) -> str:
    match = STATUS.search(text)
    return match[1] if match else ""


def _returned_id(part: Message) -> str:
    """The Message-ID in the part that holds the mail that came back, or its headers alone."""
    kind = part.get_content_type()
    if kind == "message/rfc822" or kind == "message/global":
        inner = part.get_payload()
        found = inner[0].get("Message-ID", "") if isinstance(inner, list) and isinstance(inner[0], Message) else ""
        return _bracketed(found)
    if kind in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
        inner = part.get_payload()
        if isinstance(inner, list) and inner and isinstance(inner[0], Message):
            return _bracketed(inner[0].get("Message-ID", ""))
        return _bracketed(message_from_string(_text(part).lstrip()).get("Message-ID", ""))
    return ""


def _bracketed(value: object) -> str:
    text = "".join(str(value or "").split())
    return text if re.fullmatch(r"<[^<>]{1,240}>", text) else ""


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else str(part.get_payload() or "")


# -- without a report -------------------------------------------------------------------------------------------------


def _plain(mail: Message) -> Bounce | None:
    """Exim without a report: the addresses are in a header, the mail stands below the words."""
    failed = plain.one_line(mail.get("X-Failed-Recipients", ""))
    match = ADDRESS.search(failed)
    if not match:
        return None
    text = "\n".join(_text(part) for part in mail.walk() if part.get_content_type() == "text/plain")
    found = MESSAGE_ID.search(text)
    if not found or not _bracketed(found[1]):
        return None
    said = next((line.strip() for line in text.splitlines() if STATUS.search(line) or re.match(r"\s+\d{3} ", line)), "")
    return Bounce(True, match[0][:254], _status(said), found[1], plain.one_line(said)[:300] or "returned")
