import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from config import watch
from contacts.matrix import unreachable_rungs


class Command(BaseCommand):
    help = "Exit 1 and say why when the engine is late or stuck, or a rung reaches nobody."

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        problems = [*watch.engine(at).problems, *unreachable_rungs(at)]
        if problems:
            self.stderr.write(" ".join(map(str, problems)))
            sys.exit(1)
        self.stdout.write("The engine is well and every rung reaches somebody.")
