"""The dashboard on a desk that looks lived in: `bench/run --dashboard 1000000`, on PostgreSQL, the tickets of
`manage.py seed_demo`.

First the roll-up of one time zone (each further one costs the same again): a year of it, then the days that a thousand
events make stale, and for comparison the counts of ninety days in plain SQL without a roll-up. Then every period with
every table, filters, revenue at risk, working time, and lists behind figures, as bench/pages.py measures pages.
"""

import itertools
import time
from collections.abc import Callable, Iterator

import django
from django.core.management import call_command
from django.db import connection
from django.utils.http import urlencode

django.setup()

from bench.pages import main as pages  # noqa: E402
from contacts.models import Customer, User  # noqa: E402
from escalations.models import Event, Ticket  # noqa: E402
from metrics.models import DayTally, Rollup  # noqa: E402

SPANS, TABLES = ("mtd", "7d", "30d", "90d", "quarter"), ("severity", "team", "owner", "customer", "cause")
LISTS = ("active", "answered", "resolved", "response_missed", "resolution_missed", "reached")
RAW = """
SELECT severity_id, date_trunc('day', reported_at), count(*), count(resolved_at), avg(acknowledged_at - reported_at),
       avg(resolved_at - reported_at)
FROM escalations_ticket WHERE reported_at >= now() - interval '90 days' GROUP BY 1, 2
"""


def main() -> None:
    User.objects.update(time_zone="")
    took("roll-up of everything", lambda: call_command("rollup", rebuild=True, verbosity=0))
    print(f"{DayTally.objects.count():,} rows for {Rollup.objects.count()} time zones")
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True)
    Rollup.objects.update(seen_event=newest[1000])
    took("the days that a thousand events touch, once more", lambda: call_command("rollup", verbosity=0))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        for _each in range(3):
            took("ninety days in plain SQL", lambda: cursor.execute(RAW))
    pages("morgan", addresses())


def took(what: str, work: Callable[[], object]) -> None:
    start = time.perf_counter()
    work()
    print(f"{what}: {time.perf_counter() - start:.3f} s", flush=True)


def addresses() -> Iterator[tuple[str, str]]:
    asked: list[dict[str, str]] = [{"span": span, "by": by} for span, by in itertools.product(SPANS, TABLES)]
    customer = Customer.objects.order_by("pk")[20].slug
    for span in ("mtd", "30d", "90d"):
        filters = [{"severity": "P2"}, {"team": "emea"}, {"customer": customer}, {"owner": "casey"}, {"unit": "value"}]
        asked += [{"span": span, **each} for each in (*filters, {"time": "working"})]
    for query in asked:
        yield urlencode(query), f"/dashboard/?{urlencode(query)}"
    for figure in LISTS:
        query = {"span": "90d", "figure": figure} | ({"level": "3"} if figure == "reached" else {})
        yield f"list: {urlencode(query)}", f"/dashboard/issues/?{urlencode(query)}"


if __name__ == "__main__":
    assert Ticket.objects.exists(), "there is no desk to measure"
    main()
