from typing import Any

from django.core.management.base import BaseCommand

from escalations.sweep import sweep


class Command(BaseCommand):
    help = "One pass of the engine over the clocks that are due, now."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(sweep()))
