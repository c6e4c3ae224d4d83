from typing import Any

from django.core.management.base import BaseCommand

from escalations.delivery import deliver


class Command(BaseCommand):
    help = "One pass over the outbox, now."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(deliver()))
