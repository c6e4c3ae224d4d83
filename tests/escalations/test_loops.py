"""How sweep and deliver run by themselves: one at a time, and not on a clock that has just jumped."""

import threading
import time

import pytest

from escalations.loops import Loop
from escalations.steady import SteadyClock

pytestmark = pytest.mark.once


@pytest.fixture
def jump(monkeypatch: pytest.MonkeyPatch) -> "Jump":
    return Jump(monkeypatch)


class Jump:
    """Sets the wall clock off by so many seconds; the monotonic one runs on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch, self._real = monkeypatch, time.time

    def __call__(self, seconds: float) -> None:
        self._monkeypatch.setattr(time, "time", lambda: self._real() + seconds)


def test_a_loop_reports_what_it_did() -> None:
    assert Loop(lambda: "done").run() == "done"


def test_a_second_run_in_the_same_process_steps_aside() -> None:
    entered, leave = threading.Event(), threading.Event()

    def work() -> None:
        entered.set()
        leave.wait(5)

    loop = Loop(work)
    first = threading.Thread(target=loop.run)
    first.start()
    assert entered.wait(5)
    assert loop.run() is None
    leave.set()
    first.join()


def test_a_loop_that_fails_is_free_again() -> None:
    loop = Loop(lambda: 1 / 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            loop.run()


def test_a_glitch_of_the_wall_clock_fires_nothing(jump: Jump) -> None:
    loop = Loop(lambda: "fired", clock=SteadyClock())
    jump(3600)
    assert loop.run() is None
    jump(0)
    assert loop.run() == "fired"


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_a_correction_is_believed_at_the_second_look(jump: Jump, seconds: float) -> None:
    loop = Loop(lambda: "fired", clock=SteadyClock())
    jump(seconds)
    assert [loop.run(), loop.run(), loop.run()] == [None, "fired", "fired"]


def test_two_different_jumps_do_not_confirm_each_other(jump: Jump) -> None:
    clock = SteadyClock()
    jump(3600)
    assert not clock.is_steady()
    jump(7200)
    assert not clock.is_steady()
    assert clock.is_steady()


def test_small_corrections_pass(jump: Jump) -> None:
    clock = SteadyClock()
    jump(59)
    assert clock.is_steady()
