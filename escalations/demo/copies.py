"""More tickets than Python can make in a coffee break: the database copies those of the crowd."""

from collections.abc import Iterator

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import Count, Max, Min

from escalations.models import Clock, Escalation, Event, Pause, SearchText, Ticket


def copy_until(wanted: int, *, of: int) -> Iterator[int]:
    """Copy the last `of` tickets, with all that belongs to them, until there are `wanted`; yields how many there are.

    The numbers of originals have no gaps, so that a copy refers to its own rows by adding a constant. Each round is a
    transaction of its own: on SQLite a million tickets in one would be written twice.
    """
    last = Ticket.objects.aggregate(last=Max("pk"))["last"]
    first, have = last - of + 1, Ticket.objects.count()
    clocks = Clock.objects.filter(ticket__gte=first).aggregate(first=Min("pk"), last=Max("pk"), count=Count("pk"))
    if clocks["last"] - clocks["first"] + 1 != clocks["count"]:
        raise RuntimeError("the clocks of the originals have gaps")
    for turn in range(1, -(-(wanted - have) // of) + 1):
        until = first + min(of, wanted - have) - 1
        with transaction.atomic():
            _copy(first, until, turn * of, turn * clocks["count"])
        have += until - first + 1
        yield have


def start_numbering_after_them() -> None:
    """PostgreSQL hands out keys from a sequence that explicit keys do not move."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), [Ticket, Clock]):
            cursor.execute(sql)


def take_stock() -> None:
    """Tell the database's planner how much there is now."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _copy(first: int, until: int, tickets: int, clocks: int) -> None:
    ticket, clock = {"ticket_id": f"ticket_id + {tickets}"}, {"clock_id": f"clock_id + {clocks}"}
    # A copy is another ticket's: its seals would be wrong. The next hourly seal takes it in as it is.
    _insert(Ticket, "id", first, until, {"id": f"id + {tickets}", "last_seal": "''"})
    _insert(Clock, "ticket_id", first, until, {"id": f"id + {clocks}"} | ticket)
    _insert(Pause, "ticket_id", first, until, ticket, without="id")
    _insert(Event, "ticket_id", first, until, {"uid": _new_uid(), "seal": "''"} | ticket | clock, without="id")
    _insert(Escalation, "ticket_id", first, until, ticket | clock, without="id")
    _insert(SearchText, "ticket_id", first, until, ticket)


def _insert(
    model: type[models.Model], by: str, first: int, until: int, changed: dict[str, str], without: str = ""
) -> None:
    columns = [str(field.column) for field in model._meta.concrete_fields if field.column != without]
    quoted = [connection.ops.quote_name(column) for column in columns]
    values = [changed.get(column, name) for column, name in zip(columns, quoted, strict=True)]
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(quoted)}) SELECT {', '.join(values)} FROM {table} "  # noqa: S608 – names of our own columns, quoted
            f"WHERE {by} BETWEEN %s AND %s ORDER BY {model._meta.pk.column}",
            [first, until],
        )


def _new_uid() -> str:
    return "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
