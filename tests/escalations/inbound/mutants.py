"""Mails that nobody would write, for tests and drills: real ones, cut, doubled, mixed up and mislabelled.

`throw(mutated(ticket, person, seed=1, count=10_000), at=now)` says how many were thrown and how many were kept. What
must hold afterwards: both are the same, no mail is left in the state "received", and no issue was opened for, or heard
from, anybody but the customer whose sender the mail named.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from escalations.inbound import filing
from templates_app.inbound import reply_address, store
from templates_app.models import InboundMail

Rng = random.Random


@dataclass
class Found:
    """`kept` counts the mails that have a row; the same mail twice has one, and counts twice."""

    thrown: int = 0
    kept: int = 0


def throw(mails: Iterable[bytes], *, at: datetime) -> Found:
    """Receive and file each of them. Raises whatever comes out of the door: nothing should."""
    found = Found()
    for raw in mails:
        found.thrown += 1
        mail, is_new = store.receive(raw, at=at)
        if is_new:
            filing.file(mail.pk, at)
        found.kept += InboundMail.objects.filter(pk=mail.pk).exclude(state="received").exists()
    return found


def mutated(ticket: Any, person: str, *, seed: int, count: int) -> Iterator[bytes]:
    """The same ones for the same seed."""
    rng = random.Random(seed)
    to = reply_address.made_for(person, about=ticket.number, customer=True) or "desk@desk.example"
    for number in range(count):
        raw = _real(rng, f"{seed}.{number}", person, to)
        for _turn in range(rng.randrange(5)):
            raw = rng.choice(MUTATIONS)(rng, raw)
        yield raw


# --- real ones -------------------------------------------------------------------------------------------------------


def _real(rng: Rng, number: str, person: str, to: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = rng.choice([person, f"Dana Whitfield <{person}>", "Mallory <mallory@evil.example>"])
    mail["To"] = rng.choice([to, "desk@desk.example", f"{to}, Casey <casey@desk.example>"])
    mail["Subject"] = rng.choice(["Re: sign-in", "Größe der Störung – dringend", "", "x" * 300])
    mail["Message-ID"] = f"<{number}@acme.example>"
    mail.set_content("It fails since noon.\n\nOn Mon, 23 Nov 2026, Casey wrote:\n> Since when?\n")
    if rng.random() < 0.4:
        mail.add_alternative("<p>It <b>fails</b></p><blockquote>Since when?</blockquote>", subtype="html")
    if rng.random() < 0.4:
        mail.add_attachment(rng.randbytes(200), maintype="image", subtype="png", filename="größe.png")
    if rng.random() < 0.2:
        inner = EmailMessage()
        inner["Subject"] = "Before"
        inner.set_content("Inner")
        mail.add_attachment(inner)
    return mail.as_bytes()


# --- what may have happened to them ----------------------------------------------------------------------------------


def _cut(rng: Rng, raw: bytes) -> bytes:
    return raw[: rng.randrange(len(raw) + 1)]


def _flip(rng: Rng, raw: bytes) -> bytes:
    mixed = bytearray(raw)
    for _each in range(min(len(mixed), 1 + rng.randrange(20))):
        mixed[rng.randrange(len(mixed))] = rng.randrange(256)
    return bytes(mixed)


def _double(rng: Rng, raw: bytes) -> bytes:
    start = rng.randrange(len(raw) + 1)
    return raw[:start] + raw[start : start + rng.randrange(400)] * rng.randrange(2, 6) + raw[start:]


def _shuffle(rng: Rng, raw: bytes) -> bytes:
    lines = raw.split(b"\n")
    first, second = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


def _add_header(rng: Rng, raw: bytes) -> bytes:
    return rng.choice(HEADERS) + b"\n" + raw


def _relabel(rng: Rng, raw: bytes) -> bytes:
    old, new = rng.choice(LABELS)
    return raw.replace(old, new)


def _insert(rng: Rng, raw: bytes) -> bytes:
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + rng.choice(ODD) + raw[at:]


MUTATIONS: list[Callable[[Rng, bytes], bytes]] = [_cut, _flip, _double, _shuffle, _add_header, _relabel, _insert]
HEADERS = [
    b"From: casey@desk.example",
    b"From: =?utf-8?b?gICA?= <dana@acme.example>",
    b'Content-Type: multipart/mixed; boundary=""',
    b'Content-Type: text/plain; charset="\xff"',
    b"Content-Type: message/rfc822",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b",
    b"Content-Transfer-Encoding: uuencode",
    b"Content-Disposition: attachment; filename*=utf-99''%ff%00",
    b"Message-ID: " + b"<a" * 300,
    b"Message-ID:",
    b"References: <esc-1001@desk.example> <\xff@x> <>",
    b"Subject: =?klingon?q?x?= =?utf-8?b?!!!?= \x00\x1b[2J",
    b"Authentication-Results: ;;;=;dmarc=",
    b"Return-Path:",
    b"Auto-Submitted: \xff",
    b" folded: without a header",
]
LABELS = [
    (b"utf-8", b"klingon"),
    (b"utf-8", b"utf-16"),
    (b"utf-8", b"idna"),
    (b"utf-8", b"unicode_escape"),
    (b"base64", b"quoted-printable"),
    (b"7bit", b"base64"),
    (b"multipart/mixed", b"multipart/alternative"),
    (b"text/plain", b"text/html"),
    (b"text/plain", b"multipart/x"),
    (b"text/html", b"text/calendar; method=REPLY"),
    (b"\n", b"\r\n"),
    (b"\n", b"\r"),
    (b"acme.example", b"globex.example"),
]
ODD = [
    b"\x00",
    b"\xff\xfe",
    b"\n\n",
    b"\n--",
    b"=\n",
    b"=?utf-8?q?",
    b"<" * 500,
    b"(" * 500,
    b'"',
    b"\xe2\x80\xae",
    b",;<>@" * 50,
]
