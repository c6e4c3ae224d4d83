"""Mail that a provider hands over at /mail/<provider>/inbound/: written down as it came, and filed a moment later."""

from contextlib import suppress
from email import policy
from email.message import EmailMessage
from io import BytesIO
from typing import Any

from anymail.signals import AnymailInboundEvent, inbound
from django.core.exceptions import RequestDataTooBig
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from config.nudge import nudge_file_mail
from templates_app import plain
from templates_app.inbound.reading import LARGEST
from templates_app.inbound.store import receive

LARGEST_BODY = LARGEST * 3 // 2  # of a call: in JSON a mail's files are a third larger


@receiver(inbound, dispatch_uid="switchback.inbound")
def mail_came(event: AnymailInboundEvent, esp_name: str, **more: Any) -> None:
    """Raises DatabaseError alone: then the provider is told to try again."""
    message = event.message
    head = [*_envelope(message), *_found(message, event.esp_event, esp_name)]
    raw = "".join(f"{line}\n" for line in head).encode("utf-8", "replace") + bytes_of(message)
    receive(raw, to=plain.one_line(message.envelope_recipient), at=timezone.now())
    nudge_file_mail()


def make_room(request: HttpRequest) -> None:
    """Let a mail through that is larger than a form may be. Only for callers that have shown who they are. Forms with
    files need no more room: Django keeps those on disk."""
    if request.content_type == "multipart/form-data" or hasattr(request, "_body"):
        return
    body = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise RequestDataTooBig("the mail is too large")
    request._body, request._stream = body, BytesIO(body)


def bytes_of(message: EmailMessage) -> bytes:
    """The mail as it would be sent; of one that cannot be written, its first headers and its words."""
    for how in (policy.default, policy.compat32):
        with suppress(Exception):
            return message.as_bytes(policy=how)
    wanted = ("From", "To", "Subject", "Message-ID", "In-Reply-To", "References", "Auto-Submitted")
    head = "".join(f"{name}: {plain.one_line(_raw(message, name))}\n" for name in wanted if _raw(message, name))
    return f"{head}\n{_text(message)}".encode("utf-8", "replace")


def _raw(message: EmailMessage, wanted: str) -> str:
    return next((str(value) for name, value in message.raw_items() if name.lower() == wanted.lower()), "")


def _text(message: Any) -> str:
    try:
        return str(message.text or "")
    except Exception:
        return ""


def _envelope(message: Any) -> list[str]:
    if message.envelope_sender is None or _raw(message, "Return-Path"):
        return []
    return [f"Return-Path: <{plain.one_line(message.envelope_sender)}>"]


def _found(message: Any, esp_event: Any, esp_name: str) -> list[str]:
    """What the provider found out about it and does not write into its headers."""
    lines = ["X-Spam-Flag: YES"] if message.spam_detected else []
    told = getattr(esp_event, "POST", {}) if esp_name == "SendGrid" else {}
    if told.get("SPF"):
        dkim = "pass" if "pass" in told.get("dkim", "") else "none"
        lines.append(f"Authentication-Results: sendgrid; spf={plain.one_line(told['SPF'])[:20]}; dkim={dkim}")
    return lines
