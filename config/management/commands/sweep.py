from typing import Any

from django.core.management.base import BaseCommand

from escalations.care import care
from escalations.sweep import sweep


class Command(BaseCommand):
    help = "One pass of the engine, now: over the clocks that are due, then over action items and check-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(sweep()))
        reminded = care()
        if reminded.messages:
            self.stdout.write(str(reminded))
