"""Sets up a desk that looks as if people had worked at it for months."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from escalations.demo import play, post, stage
from escalations.models import Ticket


def moment(text: str) -> datetime:
    at = parse_datetime(text)
    if at is None or at.tzinfo is None:
        raise ArgumentTypeError(f"{text!r} is not a time with a zone, such as 2026-11-23T10:00:00Z")
    return at


class Command(BaseCommand):
    help = "Fill an empty desk with people, customers and tickets. The same options make the same desk."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tickets", type=int, default=60, help="how many (default 60, all written by hand)")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--now", type=moment, help="ISO 8601 with a zone; default: now")

    def handle(
        self, *args: Any, tickets: int = 60, seed: int = 1, now: datetime | None = None, **options: Any
    ) -> None:
        now = (now or timezone.now()).replace(microsecond=0)
        with transaction.atomic():
            if Ticket.objects.exists():
                raise CommandError("This desk has tickets already. The demo fills an empty one: choose another database.")
            call_command("load_protocol", verbosity=0)
            stage.set_up(now)
            played = play.play(now, seed, tickets)
            post.settle(now, seed)
        if options["verbosity"]:
            self.stdout.write(f"{played} tickets.")
