"""Two at once on a real database, without chance: the second is let go while the first still holds its locks."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection, connections, transaction


def second(do: Callable[[], Any], *, while_first: Callable[[], Any], and_then: Callable[[], Any] = lambda: None) -> Any:
    """What `do` returns, which begins before `while_first` is committed and ends after it. On SQLite it waits for the
    write lock, on PostgreSQL for whatever it runs into. `and_then` goes on with the first while the second waits."""
    answer: list[Any] = []

    def run() -> None:
        try:
            answer.append(do())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        while_first()
        thread.start()
        _until_it_waits(thread)
        and_then()
    thread.join(20)
    assert answer, "the second did not come through"
    return answer[0]


def _until_it_waits(thread: threading.Thread) -> None:
    for _look in range(500 if connection.vendor == "postgresql" else 10):
        thread.join(0.01)
        if not thread.is_alive() or _somebody_waits():
            return


def _somebody_waits() -> bool:
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pid != pg_backend_pid())")
        return bool(cursor.fetchone()[0])
