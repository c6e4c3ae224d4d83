"""Everything in one go, on this machine, with no other service. `make run` ends here."""

import signal
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from config.embedded import database, start
from config.embedded.supervisor import Supervisor

DEMO_PEOPLE = "casey (CSM), morgan (manager), vera (executive) or admin, password: switchback"


class Command(BaseCommand):
    help = "Migrate, then run web, worker and clock until Ctrl-C."
    requires_system_checks = ()  # in a second process they would only cost the start its time

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--child", help="for the supervisor's own use: the file descriptors to work with")

    def handle(self, *args: Any, child: str | None, **options: Any) -> None:
        if child:
            from config.embedded.child import run

            run(*map(int, child.split(",")))
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C, also while migrating
        try:
            sys.exit(self._supervise())
        except start.CannotStart as reason:
            self._say(f"Switchback cannot start: {reason}")
            sys.exit(1)
        except KeyboardInterrupt:
            sys.exit(0)

    def _supervise(self) -> int:
        lock = start.lock(settings.VAR_DIR)
        with lock, start.listen(settings.HOST, settings.PORT) as listener:
            database.prepare(self._say)
            return Supervisor(listener.fileno(), self._say, self._greet).run()

    def _greet(self) -> None:
        self.stdout.write(f"\nSwitchback is running at {settings.BASE_URL}/")
        self.stdout.flush()  # what follows may take a moment
        if settings.DEMO:
            self.stdout.write(f"Sign in as {DEMO_PEOPLE}")
        elif entrance := _first_entrance():
            self.stdout.write(f"Nobody runs this desk yet. Become its administrator (within a day): {entrance}")
        self.stdout.write(f"Data: {settings.VAR_DIR}. Ctrl-C stops everything.\n\n")
        self.stdout.flush()

    def _say(self, sentence: str) -> None:
        self.stderr.write(sentence)


def _first_entrance() -> str:
    """The address at which the first administrator's account is made; empty if there is one."""
    from django.db import connection

    from contacts.account import first

    try:
        return f"{settings.BASE_URL}{first.path()}" if first.is_wanted() else ""
    finally:
        connection.close()
