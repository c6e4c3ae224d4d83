"""Notices that the wall clock has jumped."""

import time

TOLERANCE = 60  # seconds


class SteadyClock:
    """Compares the wall clock with the monotonic one. One forward glitch would fire every step early.

    A jump of more than a minute is believed when the next look finds it again: a real correction stays, a glitch
    is gone.
    """

    def __init__(self) -> None:
        self._believed = self._offset()
        self._suspect: float | None = None

    def is_steady(self) -> bool:
        offset = self._offset()
        jumped = abs(offset - self._believed) > TOLERANCE
        confirmed = self._suspect is not None and abs(offset - self._suspect) <= TOLERANCE
        if jumped and not confirmed:
            self._suspect = offset
            return False
        self._believed, self._suspect = offset, None
        return True

    @staticmethod
    def _offset() -> float:
        return time.time() - time.monotonic()
