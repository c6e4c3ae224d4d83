"""Was the past changed? Exit status 1 and a line for each finding if it was."""

import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from escalations.audit import check
from escalations.models.ticket import Ticket, primary_key_of

OVERDUE = timedelta(hours=3)  # the timer seals every hour
MOST = 200  # findings that are printed
WHAT_TO_DO = (
    "Keep this database as it is, and a copy. Compare what is named above with your last backup in which the seals "
    "fit (verify_audit on a restored copy tells), find out who could write to the database since then, and restore "
    "those events from it. docs/operations.md says more."
)


class Command(BaseCommand):
    help = "Verify that no event was changed, removed, inserted, reordered or moved since it was written."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--ticket", metavar="ESC-1001", help="only this ticket, and the seals over its events")
        parser.add_argument("--expect", metavar="SEAL", help="a seal that was kept elsewhere, which has to be there")

    def handle(self, *args: Any, ticket: str | None = None, expect: str | None = None, **options: Any) -> None:
        self._begun = self._said = time.monotonic()
        self._tickets = self._events = 0
        findings = self._print(self._key(ticket))
        if expect and not check.is_known(expect):
            findings += 1
            self.stdout.write(f"the seal {expect}: it is not here. Seals were removed, or all of them were made anew")
        newest = check.newest()
        if findings:
            raise CommandError(f"{findings} finding(s): the past is not what it was. {WHAT_TO_DO}", returncode=1)
        self.stdout.write(f"{self._events:,} events of {self._tickets:,} tickets: nothing was changed.")
        self._warn()
        if newest:
            self.stdout.write(f"Newest seal, of {newest.at:%Y-%m-%d %H:%M} UTC. Keep it elsewhere:\n{newest.seal}")

    def _key(self, ticket: str | None) -> int | None:
        if ticket is None:
            return None
        key = primary_key_of(ticket)
        if not Ticket.objects.filter(pk=key).exists():
            raise CommandError(f"There is no ticket {ticket}. If there was one, verify all: leave out --ticket.")
        return key

    def _print(self, only: int | None) -> int:
        count = 0
        for stage in (check.check_chains(only, self._progress), check.check_seals(only)):
            for finding in stage:
                count += 1
                if count <= MOST:
                    self.stdout.write(str(finding))
        if count > MOST:
            self.stdout.write(f"… and {count - MOST:,} more")
        return count

    def _progress(self, tickets: int, events: int) -> None:
        self._tickets, self._events = tickets, events
        if time.monotonic() - self._said > 2:
            self._said = time.monotonic()
            self.stderr.write(f"{events:,} events so far, {self._said - self._begun:.0f} s")

    def _warn(self) -> None:
        since = check.unsealed_since()
        if since and since < timezone.now() - OVERDUE:
            self.stderr.write(
                f"Not sealed yet: events since {since:%Y-%m-%d %H:%M} UTC. Is a worker running? "
                "The timer escalations.seal runs once an hour."
            )
