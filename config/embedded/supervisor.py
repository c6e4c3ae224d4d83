"""Starts the child, restarts it when it dies or hangs, stops it with itself."""

import os
import select
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from types import FrameType

from django.conf import settings

SILENT_FOR = 30  # seconds without a byte from the child: it hangs
STARTING_FOR = 60  # seconds until the first byte
STOPPING_FOR = 12  # seconds until it is killed
CRASHES, WITHIN = 5, 120  # so many in so many seconds, and the supervisor gives up


class Supervisor:
    def __init__(self, listener_fd: int, say: Callable[[str], None], on_ready: Callable[[], None]) -> None:
        self._listener_fd = listener_fd
        self._say = say
        self._on_ready = on_ready
        self._crashes: deque[float] = deque(maxlen=CRASHES)
        self._stopping = False
        self._greeted = False
        self._life_read, self._life_write = os.pipe()  # the child sees its end when we die
        self._wake_read, self._wake_write = os.pipe()  # a signal ends the wait at once

    def run(self) -> int:
        """Until a signal (0) or too many crashes (1)."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup means it
                signal.signal(number, self._stop)
        while not self._stopping:
            reason = self._watch_one_child()
            if not self._stopping and self._gives_up(reason):
                return 1
        return 0

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True
        os.write(self._wake_write, b"!")

    def _watch_one_child(self) -> str:
        """Returns when the child is gone, with the reason."""
        beats, child_end = os.pipe()
        child = self._spawn(child_end)
        os.close(child_end)
        try:
            reason = self._watch(beats)
        finally:
            self._end(child)
            os.close(beats)
        return reason or f"exit status {child.returncode}"

    def _spawn(self, beats: int) -> subprocess.Popen[bytes]:
        """In a session of its own: Ctrl-C reaches the supervisor alone, which then stops it in good order."""
        fds = (self._listener_fd, self._life_read, beats)
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "up", "--child", ",".join(map(str, fds))]
        return subprocess.Popen(command, pass_fds=fds, stdin=subprocess.DEVNULL, start_new_session=True)

    def _watch(self, beats: int) -> str:
        """Until the child closes its end, hangs, or we are to stop."""
        patience = STARTING_FOR
        while not self._stopping:
            readable, _, _ = select.select([beats, self._wake_read], [], [], patience)
            if not readable:
                return f"silent for {patience} seconds"
            if beats in readable and not os.read(beats, 4096):
                return ""
            if beats in readable and patience == STARTING_FOR:
                patience = SILENT_FOR
                self._greet_once()
        return "stopped"

    def _greet_once(self) -> None:
        if not self._greeted:
            self._greeted = True
            self._on_ready()

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        if self._stopping:
            child.terminate()
        try:
            child.wait(STOPPING_FOR if self._stopping else 1)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _gives_up(self, reason: str) -> bool:
        now = time.monotonic()
        self._crashes.append(now)
        recent = sum(1 for moment in self._crashes if now - moment < WITHIN)
        if recent >= CRASHES:
            self._say(f"Switchback gives up: it ended {CRASHES} times within two minutes, the last time by {reason}.")
            return True
        self._say(f"Switchback ended ({reason}) and starts again.")
        select.select([self._wake_read], [], [], 0.25 * 2**recent)  # a wait that a signal cuts short
        return False
