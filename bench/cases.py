"""What is measured, in one process on one database.

`python -m bench.cases N DUE CASE ...` prints a JSON line for each case.
"""

import json
import os
import random
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django.utils.http import urlencode

django.setup()

from bench import limit  # noqa: E402
from bench.desk import WORDS, due_by  # noqa: E402
from bench.measure import Cost, median, often, once, yardstick  # noqa: E402
from contacts.models import Customer, User  # noqa: E402
from contacts.tokens import issue_token  # noqa: E402
from escalations.audit.chain import chain  # noqa: E402
from escalations.delivery import deliver  # noqa: E402
from escalations.enums import ClockKind, EventKind  # noqa: E402
from escalations.models import Clock, Event, Ticket  # noqa: E402
from escalations.sweep import due_clocks, sweep  # noqa: E402
from escalations.write_back import write_back  # noqa: E402
from templates_app.models import Notification  # noqa: E402

ROUNDS = 4
TICK = timedelta(seconds=2)
RANDOM = random.Random(7)


class CannotMeasure(Exception):
    """Says why, in a sentence."""


# --- the engine ------------------------------------------------------------------------------------------------------
def tick_due(tickets: int, due: int) -> Cost:
    """One clock that breaches and escalates its ticket: two events, an escalation, a message to the owner and one to
    level 2. The median of some sweeps that each find `due` of them; the first sweep warms up."""
    costs = []
    for _ in range(ROUNDS + 1):
        make_due(due, tickets)
        at, found = timezone.now(), []
        costs.append(once(lambda at=at, found=found: found.append(sweep(at))) / due)
        if (found[0].clocks, found[0].set_aside) != (due, 0):
            raise CannotMeasure(f"{due} clocks were due, and the sweep did {found[0]}")
    return median(costs[1:])


def tick_idle(tickets: int, due: int) -> Cost:
    """One sweep that finds nothing, two seconds after the one before, the sign of life every five seconds included."""
    ticks = iter(timezone.now() + TICK * n for n in range(1000))
    return often(lambda: sweep(next(ticks)), seconds=2)


def make_due(count: int, tickets: int) -> None:
    """Let the resolution clocks of some tickets, scattered over the table, have run out within the last minute."""
    now = timezone.now()
    keys = RANDOM.sample(range(1, tickets + 1), min(tickets, 5 * count))
    unfired = Clock.objects.filter(ticket__in=keys, kind=ClockKind.RESOLUTION, fired_at=None)
    clocks = list(unfired.select_related("calendar")[:count])
    if len(clocks) < count:
        raise CannotMeasure(f"{count} due clocks need more than {tickets} tickets")
    for clock in clocks:
        due_by(clock, clock.started_at, now - timedelta(seconds=RANDOM.uniform(0, 50)), now)
        clock.warned_at = clock.at_risk_at
        clock.next_event_at, clock.next_event = clock.due_at, "breach"
        clock.save()
        Ticket.objects.filter(pk=clock.ticket_id).update(next_due_at=clock.due_at, next_due_kind=clock.kind)


def tick_limit(tickets: int, due: int) -> Cost:
    """The same rows written by PostgreSQL alone."""
    if connection.vendor != "postgresql":
        raise CannotMeasure("it is PostgreSQL's")
    costs = []
    for _ in range(ROUNDS + 1):
        make_due(due, tickets)
        at, found = timezone.now(), []
        costs.append(once(lambda at=at, found=found: found.append(limit.sweep(at))) / due)
        if found != [due]:
            raise CannotMeasure(f"{due} clocks were due, and the statement moved {found}")
    return median(costs[1:])


def delivery(tickets: int, due: int) -> Cost:
    """One mail: `due` people are told of one escalation each, over SMTP on this machine."""
    connection.cursor().execute("DELETE FROM templates_app_notification")
    make_due(due, tickets)
    sweep(timezone.now())
    Notification.objects.exclude(kind="escalated").delete()
    for message in Notification.objects.all():
        message.to_address = f"person-{message.pk}@desk.example"
        message.save()
    found: list[Any] = []
    cost = once(lambda: found.append(deliver(timezone.now()))) / due
    if found[0].sent != due:
        raise CannotMeasure(f"{due} mails were to be sent, and the delivery did {found[0]}")
    return cost


# --- pages and API ---------------------------------------------------------------------------------------------------
def queue(tickets: int, due: int) -> Cost:
    return _reading(lambda: "/?tab=mine")


def team_queue(tickets: int, due: int) -> Cost:
    return _reading(lambda: "/?tab=team")


def list_page(tickets: int, due: int) -> Cost:
    """Fifty rows, newest first."""
    return _reading(lambda: "/tickets/")


def search(tickets: int, due: int) -> Cost:
    """Fifty rows of the list for words of every kind: common, rare, several, the beginning and a part of one, one that
    nobody wrote, one that is mistyped, a customer's name."""
    common, rare, other = WORDS[1], WORDS[-5], WORDS[2]
    customer = Customer.objects.get(slug="customer-7").name.split()[0]
    typed = [common, rare, f"{common} {other}", common[:2], rare[1:], "notthere", f"{rare[:3]}x{rare[3:]}", customer]
    return _reading(lambda: f"/tickets/?{urlencode({'q': RANDOM.choice(typed)})}")


def detail(tickets: int, due: int) -> Cost:
    """A ticket with forty events, the most that its page shows at once."""
    chosen = [*Ticket.objects.filter(pk__in=RANDOM.sample(range(1, tickets + 1), 20)).select_related("owner")]
    now = timezone.now()
    events = [
        Event(
            ticket=t,
            kind=EventKind.NOTE,
            due_at=now,
            at=now,
            actor=t.owner,
            actor_name=t.owner.name,
            text="Looked at it",
        )
        for t in chosen
        for _ in range(38)
    ]
    chain(events)
    write_back(chosen, ("last_seal",))
    Event.objects.bulk_create(events)
    return _reading(lambda: RANDOM.choice(chosen).get_absolute_url())


def dashboard(tickets: int, due: int) -> Cost:
    """The page as a manager opens it, with the roll-up that the worker keeps."""
    call_command("rollup", verbosity=0)
    return _reading(lambda: "/dashboard/")


def create(tickets: int, due: int) -> Cost:
    """Logging a P2 through the form; the redirect is not followed."""
    client = _client()
    people = {"owner": User.objects.get(username="agent-1").pk, "customer": "customer-7"}
    words = {"subject": "Nobody can sign in", "description": "Since nine.", "severity": "P2", "why": "One team."}

    def post() -> None:
        answer = client.post("/tickets/new/", people | words)
        _expect(302, answer)
        if not answer["Location"].startswith("/tickets/ESC-"):
            raise CannotMeasure(f"logging an issue led to {answer['Location']}")

    return often(post)


def api_list(tickets: int, due: int) -> Cost:
    """Fifty tickets with their clocks and what happens to each next, for a program with a token."""
    client, bearer = _client(signed_in=False), _bearer()
    return often(lambda: _expect(200, client.get("/api/v1/tickets/", headers=bearer)))


def api_create(tickets: int, due: int) -> Cost:
    client, bearer = _client(signed_in=False), _bearer()
    body = {"customer": "customer-7", "subject": "Nobody can sign in", "severity": "P2", "description": "Since nine."}
    return often(
        lambda: _expect(201, client.post("/api/v1/tickets/", body, content_type="application/json", headers=bearer))
    )


def _reading(address: Callable[[], str]) -> Cost:
    client = _client()
    return often(lambda: _expect(200, client.get(address())))


def _client(*, signed_in: bool = True) -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    if signed_in:
        client.force_login(User.objects.get(username="agent-1"))
    return client


def _bearer() -> dict[str, str]:
    token = issue_token(User.objects.get(username="agent-1"), "benchmark", timezone.now())[1]
    return {"Authorization": f"Bearer {token}"}


def _expect(status: int, response: HttpResponse) -> None:
    if response.status_code != status:
        raise CannotMeasure(f"answered {response.status_code}: {response.content[:300].decode(errors='replace')}")


# --- evidence --------------------------------------------------------------------------------------------------------
def plans(tickets: int, due: int) -> dict[str, str]:
    """How the database finds the due clocks and the tickets of a list."""
    make_due(due, tickets)
    now = timezone.now()
    questions = {
        "is anything due": due_clocks(now).order_by("next_event_at").values_list("pk")[:1],
        "the next batch": due_clocks(now).order_by("next_event_at").values_list("ticket_id")[:200],
        "newest tickets": Ticket.objects.order_by("-pk").values_list("pk")[:50],
    }
    options: dict[str, Any] = {"analyze": True} if connection.vendor == "postgresql" else {}
    found = {name: rows.explain(**options) for name, rows in questions.items()}
    sweep(now)
    return found


def size(tickets: int, due: int) -> dict[str, float]:
    """What there is, and how fast this machine is just now."""
    running = Clock.objects.filter(stopped_at=None).count()
    return {"tickets": Ticket.objects.count(), "running": running, "yardstick_ms": yardstick()}


CASES: dict[str, Callable[[int, int], Any]] = {
    "tick_due": tick_due,
    "tick_idle": tick_idle,
    "tick_limit": tick_limit,
    "delivery": delivery,
    "queue": queue,
    "team_queue": team_queue,
    "list": list_page,
    "search": search,
    "detail": detail,
    "dashboard": dashboard,
    "create": create,
    "api_list": api_list,
    "api_create": api_create,
    "plans": plans,
    "size": size,
}


def main(tickets: int, due: int, names: list[str]) -> None:
    failed = False
    for name in names:
        try:
            result = CASES[name](tickets, due)
            shown = result.rounded() if isinstance(result, Cost) else result
        except Exception as error:
            failed = True
            shown = {"error": f"{type(error).__name__}: {error}"[:600]}
            if os.environ.get("BENCH_DEBUG"):
                raise
        print(json.dumps({"case": name, **shown}), flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
