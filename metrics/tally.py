"""The counting: each number of the desk is counted here and nowhere else.

Counts are branches of one query (UNION ALL), each for one family of columns that go by one instant; so a dashboard
asks once, whatever it shows. A branch's row is (family, day, severity, key, step, n0 … n8); what it leaves unsaid is
"" or 0. A step is where on its family's scale a row lies: how long it took (`metrics.spread`), or the hour of the week.

- By the ticket’s report: `opened`; of these `opened_done` (resolved or closed now), `reached_2` … `reached_5` (a rung
  of that number or above was ever told), `once_resolved`, `once_reopened` (ever), `relapsed` (another is its relapse).
- By the first acknowledge, wait or resolve: `answered`, with the time from the report, on the wall and of the clock.
- By the resolution, of those that still are resolved or closed: `resolved`, likewise.
- Clocks by when their verdict fell: `…_met` at the stop, in time and never breached; `…_missed` at the breach.
  `promise_…` are those update clocks that ran for a promised time.
- By the taking: `taken`, with the time since the rung was told.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    BigIntegerField,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat, ExtractHour, ExtractIsoWeekDay, TruncDate

from escalations.enums import ClockKind, EventKind, Verdict
from escalations.models import Clock, Escalation, Event, Ticket, TicketLink
from escalations.models.relation import LinkKind
from escalations.models.ticket import TicketQuerySet
from metrics.period import Period
from metrics.scale import scaled
from metrics.sums import COLUMNS, MICRO, Sums

WIDTH = 9  # numbers a row
ROWS = ""  # a number that is no column: how many rows there are, where the family’s first column does not say so
Chosen = Q | TicketQuerySet  # tickets: by a condition on their columns (an empty one: all), or these
Row = tuple[Any, ...]
Branch = QuerySet[Any]
Key = tuple[date | None, str, str]  # (day, severity, key)


@dataclass(frozen=True)
class Family:
    """Columns that go by one instant. `rows` are all that could be counted; `ticket` leads from a row to its ticket.
    `step` is what its scale measures: microseconds, or for `hours` an hour of the week."""

    instant: str
    rows: QuerySet[Any]
    numbers: dict[str, Any]
    ticket: str = ""
    step: Any = None
    hours: bool = False


class Microseconds(Func):
    """Of a duration, as a whole number, so that sums are exact."""

    output_field = BigIntegerField()
    template = "CAST(%(expressions)s AS integer)"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(EXTRACT(EPOCH FROM %(expressions)s) * 1000000)::bigint")


def between(start: str, end: str) -> Microseconds:
    return Microseconds(ExpressionWrapper(F(end) - F(start), output_field=DurationField()))


def reached(level: int, ticket: str = "pk") -> Exists:
    """A numbered rung of this level or above was told."""
    levels = [str(each) for each in range(level, 6)]
    return Exists(Escalation.objects.filter(ticket=OuterRef(ticket), level__in=levels))


def happened(kind: EventKind) -> Exists:
    return Exists(Event.objects.filter(ticket=OuterRef("pk"), kind=kind))


def relapsed() -> Exists:
    return Exists(TicketLink.objects.filter(other=OuterRef("pk"), kind=LinkKind.RELAPSE))


MET = Q(verdict=Verdict.MET, breached_at=None)  # the condition of the partial index


def _of_kind(kind: ClockKind, **more: Any) -> Count:
    return Count("pk", filter=Q(kind=kind, **more))


def _verdicts(end: str) -> dict[str, Count]:
    return {
        f"response_{end}": _of_kind(ClockKind.RESPONSE),
        f"resolution_{end}": _of_kind(ClockKind.RESOLUTION),
        f"update_{end}": _of_kind(ClockKind.UPDATE),
        f"promise_{end}": _of_kind(ClockKind.UPDATE, promised=True),
    }


@cache
def families() -> dict[str, Family]:
    to_answer, to_resolve = between("reported_at", "acknowledged_at"), between("reported_at", "resolved_at")
    to_take = between("at", "taken_at")
    return {
        "reported": Family(
            "reported_at",
            Ticket.objects.all(),
            {
                "opened": Count("pk"),
                "opened_done": Count("pk", filter=Q(resolved_at__isnull=False)),
                **{f"reached_{level}": Count("pk", filter=reached(level)) for level in range(2, 6)},
                "once_resolved": Count("pk", filter=happened(EventKind.RESOLVED)),
                "once_reopened": Count("pk", filter=happened(EventKind.REOPENED)),
                "relapsed": Count("pk", filter=relapsed()),
            },
        ),
        "answered": Family(
            "acknowledged_at",
            Ticket.objects.filter(acknowledged_at__isnull=False),
            {"answered": Count("pk"), "answer_elapsed": Sum(to_answer)},
            step=to_answer,
        ),
        "answered_own": _own_time(ClockKind.RESPONSE, "acknowledged_at", "answer_worked"),
        "resolved": Family(
            "resolved_at",
            Ticket.objects.filter(resolved_at__isnull=False),
            {"resolved": Count("pk"), "resolve_elapsed": Sum(to_resolve)},
            step=to_resolve,
        ),
        "resolved_own": _own_time(ClockKind.RESOLUTION, "resolved_at", "resolve_worked"),
        "met": Family("stopped_at", Clock.objects.filter(MET), _verdicts("met"), "ticket"),
        "missed": Family(
            "breached_at",
            Clock.objects.filter(breached_at__isnull=False),
            _verdicts("missed"),
            "ticket",
            hours=True,
        ),
        "taken": Family(
            "taken_at",
            Escalation.objects.filter(taken_at__isnull=False),
            {"taken": Count("pk"), "take_elapsed": Sum(to_take)},
            "ticket",
            step=to_take,
        ),
    }


def _own_time(kind: ClockKind, instant: str, column: str) -> Family:
    """What the ticket's clock of this kind took, by the ticket's instant. A ticket has one such clock for good."""
    took = Microseconds("took")
    rows = Clock.objects.filter(kind=kind, took__isnull=False)
    return Family(f"ticket__{instant}", rows, {ROWS: Count("pk"), column: Sum(took)}, "ticket", step=took)


def of_tickets(rows: QuerySet[Any], tickets: Chosen, path: str) -> QuerySet[Any]:
    """Those of `rows` that belong to `tickets`."""
    if isinstance(tickets, Q):
        return rows.filter(_through(tickets, path)) if tickets else rows
    return rows.filter(**{f"{path or 'pk'}__in": tickets.order_by().values("pk")})


def _through(condition: Q, path: str) -> Q:
    """A condition on the columns of a ticket, asked of rows from which `path` leads there."""
    if not path:
        return condition
    children: list[Any] = condition.children
    parts = [_through(part, path) if isinstance(part, Q) else (f"{path}__{part[0]}", part[1]) for part in children]
    return Q(*parts, _connector=condition.connector, _negated=condition.negated)


def within(instant: str, periods: Iterable[Period]) -> Q:
    found = Q()
    for period in periods:
        found |= Q(**{f"{instant}__gte": period.since, f"{instant}__lt": period.until})
    return found


def wall_hour(instant: str, zone: ZoneInfo) -> Combinable:
    """The hour of the week on the wall: 0 is Monday’s first, 167 Sunday’s last."""
    return (ExtractIsoWeekDay(instant, tzinfo=zone) - 1) * 24 + ExtractHour(instant, tzinfo=zone)


def branch(
    family: str,
    rows: QuerySet[Any],
    numbers: dict[str, Any],
    *,
    day: Combinable | None = None,
    severity: Combinable | str | None = None,
    key: Combinable | str | None = None,
    step: Combinable | None = None,
) -> Branch:
    """One part of the query: `numbers` of the `rows`, grouped by `day`, `severity`, `key` and `step` (all texts)."""
    keys: dict[str, Any] = {"k0": Value(family, TextField())}
    for name, given in (("k1", day), ("k2", severity), ("k3", key), ("k4", step)):
        keys[name] = (
            Value("", TextField()) if given is None else Coalesce(Cast(given, TextField()), Value("", TextField()))
        )
    names = [f"n{n}" for n in range(WIDTH)]
    counted = dict(zip(names, numbers.values(), strict=False))
    nothing = {name: Value(0, BigIntegerField()) for name in names if name not in counted}
    grouped = rows.order_by().annotate(**keys).values(*keys).annotate(**counted)
    return grouped.annotate(**nothing).values_list(*keys, *names)


def branches(
    tickets: Chosen,
    periods: Sequence[Period],
    zone: ZoneInfo | None = None,
    *,
    key: str = "",
    tag: str = "",
    steps: ZoneInfo | None = None,
    columns: Collection[str] = COLUMNS,
) -> list[Branch]:
    """These columns of these tickets within the periods: by the day of `zone` (None: altogether), by severity, by the
    ticket's column `key` (or several, "team/owner"), and with `steps` by where on the family's scale they lie, hours
    being those of that zone. `tag` goes before the families' names."""
    if not periods:
        return []
    parts = []
    for name, family in families().items():
        numbers = {column: n for column, n in family.numbers.items() if column in columns or column == ROWS}
        if not set(numbers) - {ROWS}:
            continue
        path = f"{family.ticket}__" if family.ticket else ""
        rows = of_tickets(family.rows, tickets, family.ticket).filter(within(family.instant, periods))
        parts.append(
            branch(
                tag + name,
                rows,
                numbers,
                day=TruncDate(family.instant, tzinfo=zone) if zone else None,
                severity=f"{path}severity",
                key=_key(key, path) if key else None,
                step=_step(family, steps) if steps else None,
            )
        )
    return parts


def _key(columns: str, path: str) -> Combinable:
    """The texts of these columns, with strokes between them as between their names."""
    names = [f"{path}{column}" for column in columns.split("/")]
    if len(names) == 1:
        return F(names[0])
    parts = [Coalesce(Cast(name, TextField()), Value("", TextField())) for name in names]
    texts: list[Any] = [parts[0]]
    for part in parts[1:]:
        texts += [Value("/", TextField()), part]
    return Concat(*texts, output_field=TextField())


def _step(family: Family, zone: ZoneInfo) -> Combinable | None:
    if family.hours:
        return wall_hour(family.instant, zone)
    return scaled(family.step / Value(MICRO)) if family.step is not None else None


def gather(parts: Sequence[Branch]) -> list[Row]:
    """The rows of all branches, in one query."""
    if not parts:
        return []
    first, *rest = parts
    return list(first.union(*rest, all=True) if rest else first)


def sums(rows: Iterable[Row], tag: str = "", columns: Collection[str] = COLUMNS) -> dict[Key, Sums]:
    """What `branches` counted, put together."""
    named = {
        tag + name: [column for column in family.numbers if column in columns or column == ROWS]
        for name, family in families().items()
    }
    found: dict[Key, Sums] = {}
    for family, day, severity, key, _step, *numbers in rows:
        if family not in named:
            continue
        whole = found.setdefault((date.fromisoformat(day) if day else None, severity, key), Sums())
        for name, number in zip(named[family], numbers, strict=False):
            if name and number:
                setattr(whole, name, getattr(whole, name) + int(number))
    return found
