"""`python -m bench.suite`: every case at every size on both databases, as tables with ratios.

SIZES (default 10000,100000,1000000) are tickets, DUE (500) the due clocks of a sweep, DATABASES (postgres,sqlite).
`--one CASE N DUE`: one case on PostgreSQL; the last line of the output is its JSON.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.places import ROOT, place

SIZES = [int(size) for size in os.environ.get("SIZES", "10000,100000,1000000").split(",")]
DUE = int(os.environ.get("DUE", "500"))
DATABASES = os.environ.get("DATABASES", "postgres,sqlite").split(",")
ENGINE = ["size", "tick_idle", "tick_due", "plans"]
PAGES = ["queue", "team_queue", "list", "detail", "dashboard", "create", "api_list", "api_create"]
ONE = ("tick_due", "tick_idle", *PAGES)


def main() -> None:
    found = {(d, n): measured(d, n, DUE, [*ENGINE, *PAGES, "delivery"]) for n in SIZES for d in DATABASES}
    for database in DATABASES:
        report(database, {n: found[database, n] for n in SIZES})


def one(case: str, tickets: int, due: int) -> None:
    if case not in ONE:
        sys.exit(f"{case} is none of: {', '.join(ONE)}")
    result = measured("postgres", tickets, due, [case])[case]
    if "error" in result:
        sys.exit(f"{case} cannot be measured: {result['error']}")
    print(json.dumps(result))


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


def report(database: str, found: dict[int, dict[str, Any]]) -> None:
    print(f"\n{'PostgreSQL' if database == 'postgres' else 'SQLite'}, {DUE} due clocks\n")
    heads = "".join(f"{n:>12,}" for n in found)
    print(f"{'tickets':<34}{heads}   last/first")
    running = "".join(f"{f['size'].get('running', 0):>12,}" for f in found.values())
    print(f"{'running clocks':<34}{running}")
    row("due clocks per second", [per_second(f["tick_due"], "ms") for f in found.values()])
    row("due clocks per CPU second", [per_second(f["tick_due"], "cpu_ms") for f in found.values()])
    row("statements per due clock", [f["tick_due"].get("sql") for f in found.values()])
    row("mails per second", [per_second(f["delivery"], "ms") for f in found.values()])
    for case in ("tick_due", "tick_idle", *PAGES):
        for unit in ("ms", "cpu_ms", "sql") if case in PAGES else ("ms", "cpu_ms"):
            row(f"{case} {unit}", [f[case].get(unit) for f in found.values()])
    for case, result in ((c, r) for f in found.values() for c, r in f.items() if "error" in r):
        print(f"  {case} was not measured: {result['error'][:200]}")
    for name, plan in found[max(found)]["plans"].items():
        print(f"\n{name}, at {max(found):,} tickets:\n{plan}")


def row(name: str, values: list[float | None]) -> None:
    cells = "".join(f"{'-' if v is None else f'{v:,.3f}' if v < 10 else f'{v:,.1f}':>12}" for v in values)
    first, last = values[0], values[-1]
    print(f"{name:<34}{cells}   {f'{last / first:.2f}' if first and last else ''}")


def per_second(result: dict[str, Any], unit: str) -> float | None:
    return 1000 / result[unit] if result.get(unit) else None


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        if len(sys.argv) != 5:
            sys.exit("bench/adapter CASE N DUE")
        one(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
