"""Loads a desk with N open tickets: `python -m bench.desk N`, into the database of DATABASE_URL.

Every ticket has a response clock that was met and a resolution clock that runs; P1 and P2 have a promised customer
update as well. Nothing is due for two days. The first five thousand are made one by one, with the working hours of
their severity; the rest are copies of them, made by the database.
"""

import random
import sys
from datetime import datetime, timedelta

import django
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils import timezone

django.setup()

from contacts.models import Contact, Customer, CustomerContact, Team, User  # noqa: E402
from contacts.models.people import Role  # noqa: E402
from escalations.enums import ClockKind, EventKind, Status, Verdict  # noqa: E402
from escalations.models import Clock, Event, SearchText, Severity, Ticket  # noqa: E402
from escalations.models.clock import AT_RISK, BREACH  # noqa: E402
from escalations.search import index  # noqa: E402

ORIGINALS = 5_000
TEAMS, AGENTS, CUSTOMERS = 8, 40, 1_000
MIX = {"P1": 5, "P2": 15, "P3": 40, "P4": 40}
QUIET = timedelta(days=2)
RANDOM = random.Random(42)
WORDS = ["".join(RANDOM.choices("abcdefghijklmnoprstuvw", k=RANDOM.randint(3, 10))) for _ in range(4_000)]


def main(tickets: int) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_protocol", verbosity=0)
    _prepare()
    with transaction.atomic():
        people()
        issues(min(tickets, ORIGINALS), timezone.now())
        multiply(min(tickets, ORIGINALS), tickets)
        for sql in connection.ops.sequence_reset_sql(no_style(), [Ticket, Clock, Event]):
            connection.cursor().execute(sql)
    if connection.vendor == "postgresql":
        connection.cursor().execute("VACUUM (ANALYZE)")
    else:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _prepare() -> None:
    """The rows refer to each other rightly by construction, and a load that is cut off starts again."""
    quick = {
        "postgresql": ["SET session_replication_role = replica", "SET synchronous_commit = off"],
        "sqlite": ["PRAGMA foreign_keys = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -1000000"],
    }
    for sql in quick[connection.vendor]:
        connection.cursor().execute(sql)


def people() -> None:
    teams = Team.objects.bulk_create(Team(slug=f"team-{n}", name=f"Team {n}") for n in range(TEAMS))
    User.objects.bulk_create(
        User(
            username=f"agent-{n}",
            first_name="Agent",
            last_name=str(n),
            email=f"agent-{n}@desk.example",
            team=teams[n % TEAMS],
        )
        for n in range(AGENTS)
    )
    User.objects.create(username="morgan", email="morgan@desk.example", role=Role.MANAGER, team=teams[0])
    customers = Customer.objects.bulk_create(
        Customer(
            slug=f"customer-{n}",
            name=f"{words(2).title()} {n}",
            tier="Gold",
            annual_value=n * 1000,
            team=teams[n % TEAMS],
        )
        for n in range(CUSTOMERS)
    )
    CustomerContact.objects.bulk_create(
        CustomerContact(customer=c, name=words(2).title(), email=f"people@{c.slug}.example") for c in customers
    )
    for contact in Contact.objects.all():
        contact.name, contact.email = f"Person {contact.level}", f"level-{contact.level}-{contact.pk}@desk.example"
        contact.save()


def issues(count: int, now: datetime) -> None:
    agents = list(User.objects.filter(username__startswith="agent-"))
    customers = list(Customer.objects.all())
    severities = {s.code: s for s in Severity.objects.select_related("calendar", "response_calendar")}
    codes = RANDOM.choices(list(MIX), weights=list(MIX.values()), k=count)
    tickets, clocks, events = [], [], []
    for pk, code in enumerate(codes, 1):
        owner = RANDOM.choice(agents)
        ticket = Ticket(
            pk=pk, customer=RANDOM.choice(customers), severity=severities[code], owner=owner, team_id=owner.team_id,
            subject=words(6), description=words(30), reporter_name="Dana", reporter_email="dana@customer.example",
            status=Status.IN_PROGRESS, created_by=owner, reported_at=now - days(1, 14),
        )  # fmt: skip
        ticket.created_at = ticket.reported_at
        ticket.acknowledged_at = ticket.last_message_at = ticket.reported_at + timedelta(minutes=5)
        running = clocks_of(ticket, now)
        ticket.next_due_at, ticket.next_due_kind = min((c.due_at, c.kind) for c in running)
        tickets.append(ticket)
        clocks += [answered(ticket), *running]
        events += [happened(ticket, EventKind.OPENED), happened(ticket, EventKind.ACKNOWLEDGED)]
    for pk, clock in enumerate(clocks, 1):
        clock.pk = pk
    for model, rows in ((Ticket, tickets), (Clock, clocks), (Event, events)):
        model._default_manager.bulk_create(rows, batch_size=1000)
    index(tickets)


def clocks_of(ticket: Ticket, now: datetime) -> list[Clock]:
    clocks = [
        Clock(ticket=ticket, kind=ClockKind.RESOLUTION, calendar=ticket.severity.calendar, step=timedelta(hours=4))
    ]
    if ticket.severity.update_every:
        clocks.append(
            Clock(
                ticket=ticket, kind=ClockKind.UPDATE, promised=True, every=timedelta(hours=4), step=timedelta(hours=4)
            )
        )
    for clock in clocks:
        due_by(clock, ticket.reported_at, now + QUIET * 4 + days(0, 30), now)
    return clocks


def due_by(clock: Clock, start: datetime, due: datetime, now: datetime) -> None:
    """Give a clock a budget that ends at `due`, or at the closing before it; warned already if that time is near."""
    calendar = clock.worktime
    clock.started_at, clock.budget = start, calendar.between(start, due)
    clock.warn_after = clock.budget * 75 / 100
    clock.due_at, clock.at_risk_at = calendar.add(start, clock.budget), calendar.add(start, clock.warn_after)
    clock.warned_at = clock.at_risk_at if clock.at_risk_at < now + QUIET else None
    clock.next_event_at, clock.next_event = (clock.due_at, BREACH) if clock.warned_at else (clock.at_risk_at, AT_RISK)


def answered(ticket: Ticket) -> Clock:
    budget = timedelta(hours=1)
    return Clock(
        ticket=ticket, kind=ClockKind.RESPONSE, started_at=ticket.reported_at, budget=budget, warn_after=budget * 3 / 4,
        step=budget, due_at=ticket.reported_at + budget, at_risk_at=ticket.reported_at + budget * 3 / 4,
        stopped_at=ticket.acknowledged_at, verdict=Verdict.MET,
    )  # fmt: skip


def happened(ticket: Ticket, kind: str) -> Event:
    at = ticket.reported_at if kind == EventKind.OPENED else ticket.acknowledged_at
    return Event(ticket=ticket, kind=kind, due_at=at, at=at, actor=ticket.owner, actor_name=ticket.owner.name)


def days(least: int, most: int) -> timedelta:
    return timedelta(seconds=RANDOM.uniform(least * 86400, most * 86400))


def words(count: int) -> str:
    return " ".join(WORDS[int(len(WORDS) * RANDOM.random() ** 2.5)] for _ in range(count))


def multiply(have: int, wanted: int) -> None:
    """Copy tickets with their clocks and events, doubling, until there are enough."""
    clocks = Clock.objects.count()
    while have < wanted:
        extra = min(have, wanted - have)
        _copy(Ticket, extra, {"id": f"id + {have}"}, "id")
        copied = _copy(Clock, extra, {"id": f"id + {clocks}", "ticket_id": f"ticket_id + {have}"}, "ticket_id")
        _copy(Event, extra, {"uid": _new_uid(), "ticket_id": f"ticket_id + {have}"}, "ticket_id", without="id")
        _copy(SearchText, extra, {"ticket_id": f"ticket_id + {have}"}, "ticket_id")
        have, clocks = have + extra, clocks + copied


def _copy(model: type[models.Model], tickets: int, changed: dict[str, str], by: str, without: str = "") -> int:
    columns = [field.column for field in model._meta.concrete_fields if field.column != without]
    quoted = [connection.ops.quote_name(column) for column in columns]
    values = [changed.get(column, name) for column, name in zip(columns, quoted, strict=True)]
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(quoted)}) SELECT {', '.join(values)} FROM {table} WHERE {by} <= {tickets}"
        )
        return int(cursor.rowcount)


def _new_uid() -> str:
    return "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"


if __name__ == "__main__":
    main(int(sys.argv[1]))
