"""Delivers from a process of its own and dies by SIGKILL after mail number N has been accepted, before it is marked."""

import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime

import django


def main(at: str, dies_at: str) -> None:
    django.setup()
    from templates_app import delivery
    from templates_app.models import Notification

    accepted: list[Notification] = []

    def sent(rows: Sequence[Notification], moment: datetime) -> None:
        accepted.extend(rows)
        if len(accepted) >= int(dies_at):
            os.kill(os.getpid(), signal.SIGKILL)

    delivery.deliver(
        at=datetime.fromisoformat(at), withdrawn=lambda rows, moment: {}, sent=sent, failed=lambda row, moment: None
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
