"""Sets up a desk that looks as if people had worked at it for months."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from escalations.demo import accounts, copies, habits, mails, play, post, reach, signed, stage, town, wordings
from escalations.demo.acts import dice
from escalations.demo.crowd import Crowd
from escalations.demo.due import TooFew, make_due
from escalations.models import Ticket


def moment(text: str) -> datetime:
    at = parse_datetime(text)
    if at is None or at.tzinfo is None:
        raise ArgumentTypeError(f"{text!r} is not a time with a zone, such as 2026-11-23T10:00:00Z")
    return at


# Python makes this many tickets of the crowd one by one; beyond that the database copies them.
ORIGINALS = 10_000


class Command(BaseCommand):
    help = "Fill an empty desk with people, customers and tickets. The same options make the same desk."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tickets", type=int, default=60, help="how many (default 60, all written by hand)")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--now", type=moment, help="ISO 8601 with a zone; default: now")
        parser.add_argument("--due", type=int, default=0, help="clocks that are due now, for benchmarks (default 0)")

    def handle(
        self,
        *args: Any,
        tickets: int = 60,
        seed: int = 1,
        now: datetime | None = None,
        due: int = 0,
        **options: Any,
    ) -> None:
        self._quiet = not options["verbosity"]
        now = (now or timezone.now()).replace(microsecond=0)
        played = self._play(tickets, seed, now)
        if tickets > played:
            self._add_crowd(tickets - played, seed, now)
        if due:
            self._make_due(due, now)
        self._say(f"{Ticket.objects.count():,} tickets.")

    @transaction.atomic
    def _play(self, tickets: int, seed: int, now: datetime) -> int:
        """The tickets that are written by hand, with their whole history."""
        if Ticket.objects.exists():
            raise CommandError("This desk has tickets already. The demo fills an empty one: choose another database.")
        call_command("load_protocol", verbosity=0, at=now - signed.LOADED)
        stage.set_up(now)
        signed.settle_in(now)
        wordings.add(now)
        played = play.play(now, seed, tickets)
        accounts.tell(now)
        reach.arrange(now)
        mails.arrive(now)
        post.settle(now, seed)
        habits.live(now)
        return played

    def _add_crowd(self, count: int, seed: int, now: datetime) -> None:
        originals = min(count, ORIGINALS)
        with transaction.atomic():
            town.settle_town(count, dice(seed, "town"))
            Crowd(now, dice(seed, "crowd")).write(originals, count)
        for have in copies.copy_until(Ticket.objects.count() + count - originals, of=originals):
            self._say(f"{have:,} tickets so far")
        copies.start_numbering_after_them()
        copies.take_stock()

    def _make_due(self, count: int, now: datetime) -> None:
        try:
            with transaction.atomic():
                make_due(count, now)
        except TooFew as error:
            raise CommandError(str(error)) from None
        copies.start_numbering_after_them()

    def _say(self, text: str) -> None:
        if not self._quiet:
            self.stdout.write(text)
