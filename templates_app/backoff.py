"""When a message that could not be delivered is tried again."""

import random
from datetime import datetime, timedelta

FIRST = timedelta(seconds=15)
TRIES = 8
TRIES_WITH_ANOTHER_WAY = 3  # within a minute, mostly within 35 seconds
PATIENCE = 60  # seconds; who is asked to wait longer and has another way takes that


def is_last(attempts: int, *, another_way: bool = False) -> bool:
    """`attempts` counts the one that has just failed."""
    return attempts >= (TRIES_WITH_ANOTHER_WAY if another_way else TRIES)


def next_try(at: datetime, attempts: int) -> datetime:
    """15 s, 30 s, 1 min … after the n-th failed attempt; half of it is chance, which spreads a crowd."""
    wait = FIRST * 2 ** (attempts - 1)
    return at + wait / 2 + wait / 2 * random.random()  # noqa: S311
