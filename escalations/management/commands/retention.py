"""What is past its period is taken away now, instead of by the worker's hourly rounds."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from escalations.privacy.retention import due, retain


class Command(BaseCommand):
    help = "Apply the periods of the desk's settings: personal data, texts of messages, sign-ins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what is past its period")

    def handle(self, *args: Any, dry_run: bool = False, **options: Any) -> None:
        at = timezone.now()
        if dry_run:
            found = {name: rows.count() for name, rows in due(at).items()}
            self.stdout.write("\n".join(f"{name}: {n}" for name, n in found.items()) or "No period is set.")
            return
        while done := retain(at):
            self.stdout.write(", ".join(f"{name}: {n}" for name, n in done.items()))
