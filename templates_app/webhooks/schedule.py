"""When a delivery that was not taken is tried again: ten tries in about 75 hours, as the Standard Webhooks propose."""

import random
from datetime import datetime, timedelta

# After the first try, the second, and so on: 75 h 35 min in all.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
TRIES = len(WAITS) + 1
JITTER = 0.1  # a tenth more or less, which spreads what failed together
LONGEST = timedelta(hours=24)  # the most that somebody else's Retry-After can ask for


def next_try(at: datetime, tries: int, retry_after: float | None = None) -> datetime | None:
    """After so many tries, the last of them at `at`; None if that was the last. `retry_after`: seconds that the other
    side asked for, which can put a try off and never bring it forward."""
    if tries >= TRIES:
        return None
    wait = WAITS[tries - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
    asked = timedelta(seconds=min(retry_after or 0, LONGEST.total_seconds()))
    return at + max(wait, asked)
