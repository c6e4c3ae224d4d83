"""Pages on a desk that looks lived in: `bench/run --pages 200000`, on PostgreSQL, the tickets of `manage.py seed_demo`.

Every tab of the queue, every filter and order of the list, far pages, words of every kind, the pages of a ticket and of
customers; each through Django's test client, ROUNDS (20) times after two. Prints a line a page, the slowest last, and
the 95th percentile of all of them.
"""

import os
import statistics
import sys
import time
from collections.abc import Iterable, Iterator

import django
from django.db import connection
from django.test import Client

django.setup()

from bench.measure import cpu_seconds, statements, yardstick  # noqa: E402
from config.wsgi import application  # noqa: E402, F401  settles what a server has loaded before the first request
from contacts.models import Customer, User  # noqa: E402
from escalations.filters import ORDERINGS  # noqa: E402
from escalations.models import Event, SearchWord, Ticket  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "20"))
WORDS = {
    "a common word": "the",
    "a word": "login",
    "two letters": "lo",
    "a part": "ogin",
    "three words": "export slow invoice",
    "mistyped": "certifcate",
    "a word that nobody wrote": "qqqqqq",
}


def main(username: str, addresses: Iterable[tuple[str, str]]) -> None:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username=username))
    found = sorted(((*measured(client, address), name) for name, address in addresses), key=lambda each: each[1])
    print(f"{Ticket.objects.count():,} tickets, yardstick {yardstick():.1f} ms, load {os.getloadavg()[0]:.1f}")
    print(f"{'page':<48}{'best':>7}{'median':>8}{'p95':>8}{'CPU':>8}{'SQL':>5}")
    for best, middle, late, cpu, sql, name in found:
        print(f"{name:<48}{best:7.1f}{middle:8.1f}{late:8.1f}{cpu:8.1f}{sql:5d}")
    middles, cpus = [each[1] for each in found], [each[3] for each in found]
    print(f"95th percentile over pages: median time {percentile(middles):.1f} ms, CPU time {percentile(cpus):.1f} ms")


def addresses() -> Iterator[tuple[str, str]]:
    for tab in ("mine", "team", "unassigned", "waiting"):
        yield f"queue, {tab}", f"/?tab={tab}"
    yield "queue, page 10", "/?tab=team&page=10"
    yield "queue, a word", "/?tab=team&q=login"
    yield from (("list", "/tickets/"), ("list, page 2", "/tickets/?page=2"), ("list, page 20", "/tickets/?page=20"))
    for ordering in filter(None, ORDERINGS):
        yield f"list by {ordering}", f"/tickets/?ordering={ordering}"
    customer, number = Customer.objects.order_by("pk")[20].slug, Ticket.objects.order_by("-pk")[1000].number
    tag = next(tag for tags in Ticket.objects.order_by("-pk").values_list("tags", flat=True)[:100] for tag in tags)
    for query in (
        "status=open", "status=done", "status=waiting&ordering=due", "severity=P1", f"customer={customer}", "owner=me",
        "owner=nobody", "team=emea", "level=4", f"tag={tag}", "tag=nothing", "since=2026-01-01&until=2026-02-01",
        "breached=on", "breached=on&status=open&ordering=due", "status=open&severity=P1&ordering=due", "watching=on",
    ):  # fmt: skip
        yield f"list, {query}", f"/tickets/?{query}"
    rare = SearchWord.objects.filter(word__in=_of_few()).values_list("word", flat=True).first()
    for name, q in (WORDS | {"a rare word": rare or "certificate"}).items():
        yield f"search, {name}", f"/tickets/?q={q}"
    yield "search, a word, open, by due", "/tickets/?q=login&status=open&ordering=due"
    busy = Ticket.objects.get(pk=Event.objects.filter(kind="reminder").order_by("-pk").values_list("ticket")[0][0])
    yield from (("ticket", f"/tickets/{number}/"), ("ticket with a long story", busy.get_absolute_url()))
    yield from (("ticket, history", f"/tickets/{number}/history/"), ("ticket, related", f"/tickets/{number}/related/"))
    yield from (("new issue", "/tickets/new/"), ("escalated", "/escalated/"), ("outbox", "/outbox/"))
    yield from (("customers", "/customers/"), ("customer", f"/customers/{customer}/"), ("actions", "/actions/"))


def _of_few() -> list[str]:
    """Words of one ticket's story that the crowd does not use: the demo's own issues are written by hand."""
    text = Ticket.objects.order_by("pk").values_list("description", flat=True)[3]
    return sorted({word.strip(".,").lower() for word in text.split() if word.isalpha()}, key=len)[-3:]


def measured(client: Client, address: str) -> tuple[float, float, float, float, int]:
    """Best, median and 95th percentile of the time, CPU time (all in ms), and statements."""
    for _ in range(2):
        answer = client.get(address)
        if answer.status_code != 200:
            sys.exit(f"{address} answered {answer.status_code}")
    times, cpu = [], cpu_seconds()
    for _ in range(ROUNDS):
        with statements() as count:
            start = time.perf_counter()
            client.get(address)
            times.append((time.perf_counter() - start) * 1000)
    cpu = (cpu_seconds() - cpu) / ROUNDS * 1000
    return min(times), statistics.median(times), percentile(times), cpu, count[0]


def percentile(times: list[float]) -> float:
    return sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)]


if __name__ == "__main__":
    if connection.vendor != "postgresql":
        sys.exit("bench/pages measures on PostgreSQL")
    main("casey", addresses())
