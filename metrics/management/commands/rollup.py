"""`manage.py rollup`: bring the dashboard's roll-ups up to date, as the worker does every minute."""

from typing import Any
from zoneinfo import available_timezones

from django.core.management.base import BaseCommand, CommandError, CommandParser

from metrics.rollup import roll_up


class Command(BaseCommand):
    help = "Count what the dashboard's daily roll-ups lack. --rebuild counts all days anew."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="count every day anew, from the first report on")
        parser.add_argument("--zone", default="", help="only this time zone, such as Europe/Berlin")

    def handle(self, *args: Any, rebuild: bool, zone: str, verbosity: int, **options: Any) -> None:
        if zone and zone not in available_timezones():
            raise CommandError(f"{zone} is no time zone. Give a name such as Europe/Berlin.")
        for name, days in roll_up(rebuild=rebuild, zone=zone).items():
            if verbosity:
                self.stdout.write(f"{name}: {days} days counted")
