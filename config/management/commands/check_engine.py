import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from config import watch
from contacts.matrix import unreachable_rungs


class Command(BaseCommand):
    help = "Exit 1 and say why when the engine is late or stuck, or a rung reaches nobody."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only-engine", action="store_true", help="leave out the contact matrix: for containers")

    def handle(self, *args: Any, only_engine: bool, **options: Any) -> None:
        at = timezone.now()
        problems = [*watch.engine(at).problems, *([] if only_engine else unreachable_rungs(at))]
        if problems:
            self.stderr.write(" ".join(map(str, problems)))
            sys.exit(1)
        self.stdout.write(
            "The engine is well." if only_engine else "The engine is well and every rung reaches somebody."
        )
