"""`python -m bench.suite`: every case at every size on both databases, as tables with ratios.

SIZES (default 10000,100000,1000000) are tickets, DUE (500) the due clocks of a sweep, DATABASES (postgres,sqlite).
`--one CASE N DUE`: one case on PostgreSQL; the last line of the output is its JSON.
`--pages N` (200000): every list and page on a desk of `seed_demo`, one line each (bench/pages.py).
`--dashboard N` (1000000): the dashboard on such a desk, and its roll-up (bench/dashboard.py).
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.places import ROOT, place

SIZES = [int(size) for size in os.environ.get("SIZES", "10000,100000,1000000").split(",")]
DUE = int(os.environ.get("DUE", "500"))
DATABASES = os.environ.get("DATABASES", "postgres,sqlite").split(",")
ENGINE = ["size", "tick_idle", "tick_due", "plans"]
LIMIT = {"postgres": ["tick_limit"], "sqlite": []}
PAGES = ["queue", "team_queue", "list", "search", "detail", "dashboard", "create", "api_list", "api_create"]
LIVED_IN = {"--pages": ("bench.pages", 200_000), "--dashboard": ("bench.dashboard", 1_000_000)}
ONE = ("tick_due", "tick_idle", *PAGES)


def main() -> None:
    found: dict[str, dict[int, dict[str, Any]]] = {database: {} for database in DATABASES}
    for tickets in SIZES:
        for database in DATABASES:
            cases = [*ENGINE, *LIMIT[database], *PAGES, "delivery"]
            found[database][tickets] = measured(database, tickets, DUE, cases)
            progress(database, tickets, found[database][tickets])
    for database in DATABASES:
        report(database, found[database])


def one(case: str, tickets: int, due: int) -> None:
    if case not in ONE:
        sys.exit(f"{case} is none of: {', '.join(ONE)}")
    result = measured("postgres", tickets, due, [case])[case]
    if "error" in result:
        sys.exit(f"{case} cannot be measured: {result['error']}")
    print(json.dumps({name: result[name] for name in ("ms", "cpu_ms", "sql")}))


def lived_in(module: str, tickets: int) -> None:
    with place("postgres", tickets, demo=True) as env:
        kept = {name: value for name, value in os.environ.items() if name == "ROUNDS"}
        subprocess.run([sys.executable, "-m", module], cwd=ROOT, env=env | kept, check=True)


def measured(database: str, tickets: int, due: int, cases: list[str]) -> dict[str, Any]:
    with place(database, tickets) as env, mail_server("delivery" in cases) as mail:
        command = [sys.executable, "-m", "bench.cases", str(tickets), str(due), *cases]
        ran = subprocess.run(command, cwd=ROOT, env=env | mail, stdout=subprocess.PIPE, text=True)
    lines = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    found = {line.pop("case"): line for line in lines}
    return {case: found.get(case, {"error": f"it ended with {ran.returncode}"}) for case in cases}


@contextmanager
def mail_server(wanted: bool) -> Iterator[dict[str, str]]:
    """Takes mail and drops it, in a process of its own."""
    if not wanted:
        yield {}
        return
    server = subprocess.Popen([sys.executable, "-m", "bench.mailbox"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert server.stdout
    try:
        yield {"EMAIL_URL": f"smtp://127.0.0.1:{server.stdout.readline().strip()}"}
    finally:
        server.terminate()
        server.wait()


def progress(database: str, tickets: int, found: dict[str, Any]) -> None:
    print(
        f"{database}, {tickets:,} tickets: {json.dumps(found['tick_due'])}, load {os.getloadavg()[0]:.1f}", flush=True
    )
    for case, result in found.items():
        if "error" in result:
            print(f"  {case} was not measured: {result['error'][:300]}", flush=True)


def report(database: str, found: dict[int, dict[str, Any]]) -> None:
    print(f"\n{'PostgreSQL' if database == 'postgres' else 'SQLite'}, {DUE} due clocks a sweep\n")
    print(f"{'tickets':<30}{''.join(f'{n:>12,}' for n in found)}   last/first")
    row("running clocks", found, lambda f: f["size"].get("running"))
    row("yardstick ms", found, lambda f: f["size"].get("yardstick_ms"))
    row("due clocks per second", found, lambda f: per_second(f["tick_due"], "ms"))
    row("  in the best round", found, lambda f: per_second(f["tick_due"], "best_ms"))
    row("due clocks per CPU second", found, lambda f: per_second(f["tick_due"], "cpu_ms"))
    row("mails per second", found, lambda f: per_second(f["delivery"], "ms"))
    row("mails per CPU second", found, lambda f: per_second(f["delivery"], "cpu_ms"))
    for case in ("tick_due", "tick_idle", *LIMIT[database], *PAGES):
        for unit in ("ms", "best_ms", "cpu_ms", "sql"):
            row(f"{case} {unit}", found, lambda f, case=case, unit=unit: f[case].get(unit))
    for name, plan in found[max(found)]["plans"].items():
        print(f"\n{name}, at {max(found):,} tickets:\n{plan}")


def row(name: str, found: dict[int, dict[str, Any]], value: Callable[[dict[str, Any]], float | None]) -> None:
    values = [value(each) for each in found.values()]
    cells = "".join(f"{'-' if v is None else f'{v:,.3f}' if v < 10 else f'{v:,.1f}':>12}" for v in values)
    first, last = values[0], values[-1]
    print(f"{name:<30}{cells}   {f'{last / first:.2f}' if first and last else ''}")


def per_second(result: dict[str, Any], unit: str) -> float | None:
    return 1000 / result[unit] if result.get(unit) else None


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        if len(sys.argv) != 5:
            sys.exit("bench/adapter CASE N DUE")
        one(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    elif sys.argv[1:] and sys.argv[1] in LIVED_IN:
        module, tickets = LIVED_IN[sys.argv[1]]
        lived_in(module, int(sys.argv[2]) if sys.argv[2:] else tickets)
    else:
        main()
