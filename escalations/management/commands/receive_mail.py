"""Takes one mail on standard input, from a mail server on this machine (docs/operations.md has its configuration).

It answers with an exit code as mail servers read them (sysexits.h): 0 it is kept; 75 try again later; 65 there was no
mail. Once it is kept, filing it is our business alone, and changes nothing about the answer.
"""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone

from escalations.inbound import filing
from templates_app.inbound.reading import LARGEST
from templates_app.inbound.store import receive

NO_MAIL, TRY_AGAIN = os.EX_DATAERR, os.EX_TEMPFAIL


class Command(BaseCommand):
    help = "Take one whole mail (RFC 5322) from standard input, as a mail server pipes it."
    requires_system_checks: list[str] = []  # one start a mail

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", default="", help="the recipient of the envelope, such as desk+…@example.org")

    def handle(self, *args: Any, to: str = "", **options: Any) -> None:
        at = timezone.now()
        raw = without_mbox_line(sys.stdin.buffer.read(LARGEST + 1))
        if not raw.strip():
            self.stderr.write("There was no mail on standard input.")
            sys.exit(NO_MAIL)
        try:
            mail, is_new = receive(raw, to=to, at=at)
        except DatabaseError as error:
            self.stderr.write(f"The database cannot be written to ({type(error).__name__}): try again later.")
            sys.exit(TRY_AGAIN)
        if is_new:
            filing.file(mail.pk, at)


def without_mbox_line(raw: bytes) -> bytes:
    """Some servers put “From dana@… Mon Nov 23 …” before the first header."""
    return raw.partition(b"\n")[2] if raw.startswith((b"From ", b">From ")) else raw
