"""What a piece of work costs: wall time, CPU time of this process and of the database, statements."""

import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """Of one unit, in milliseconds; `sql` counts statements, each row of an `executemany` as one.

    `best_ms` is the quickest of the rounds: what the machine does while nobody else is at it.
    """

    ms: float
    cpu_ms: float
    sql: float
    best_ms: float = 0

    def __truediv__(self, units: float) -> "Cost":
        return Cost(self.ms / units, self.cpu_ms / units, self.sql / units)

    def rounded(self) -> dict[str, float]:
        usual = {"ms": round(self.ms, 4), "cpu_ms": round(self.cpu_ms, 4), "sql": round(self.sql, 3)}
        return usual | {"best_ms": round(self.best_ms, 4)}


def once(work: Callable[[], Any]) -> Cost:
    with statements() as count:
        cpu, wall = cpu_seconds(), time.perf_counter()
        work()
        wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
    return Cost(wall * 1000, cpu * 1000, count[0])


def often(work: Callable[[], Any], *, seconds: float = 2, at_least: int = 15, at_most: int = 200) -> Cost:
    """Median time of one call after two that warm up; CPU is the mean, because its ticks are coarse."""
    work(), work()
    times, sql, cpu, begin = [], [], cpu_seconds(), time.perf_counter()
    while len(times) < at_least or (len(times) < at_most and time.perf_counter() - begin < seconds):
        with statements() as count:
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
        sql.append(count[0])
    cpu = (cpu_seconds() - cpu) / len(times)
    return Cost(statistics.median(times) * 1000, cpu * 1000, statistics.median(sql), min(times) * 1000)


def median(costs: list[Cost]) -> Cost:
    usual = (statistics.median(getattr(cost, name) for cost in costs) for name in ("ms", "cpu_ms", "sql"))
    return Cost(*usual, best_ms=min(cost.ms for cost in costs))


def yardstick() -> float:
    """CPU milliseconds for a fixed piece of Python: how fast this machine is at this moment."""
    times = []
    for _ in range(5):
        start, x = time.process_time(), 0
        for i in range(300_000):
            x = (x * 1103515245 + i) & 0xFFFFFFFF
        times.append(time.process_time() - start)
    return min(times) * 1000


@contextmanager
def statements() -> Iterator[list[int]]:
    count = [0]

    def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        params = list(params) if many else params
        count[0] += len(params) if many else 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counted):
        yield count


def cpu_seconds() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime + _database_cpu()


def _database_cpu() -> float:
    """All of PostgreSQL's processes: the living ones, and those that its main process has seen end."""
    main = os.environ.get("BENCH_POSTGRES_PID")
    if not main or not Path(f"/proc/{main}").exists():
        return 0
    ended = Path(f"/proc/{main}/stat").read_text().rsplit(")", 1)[1].split()
    children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    return sum(map(int, ended[13:15])) / TICKS + sum(_running(pid) for pid in children)


def _running(pid: str) -> float:
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except FileNotFoundError:
        return 0
