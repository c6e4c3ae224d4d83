"""Every number that is shown: what it is called, what it counts in words, and the rows that it counts.

`rows(scope)` are those of the scope's period, filters and narrower part (`metrics.narrow`), so that a list behind a
number has as many lines as the number says. Words stand in `metrics.figure_words`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from escalations.enums import ClockKind, EventKind
from escalations.models import Ticket
from metrics import facts, tally
from metrics.figure_words import WORDS
from metrics.narrow import UNNAMED
from metrics.scope import Scope

Rows = Callable[[Scope], QuerySet[Any]]
NUMBERED = "reached_"


@dataclass(frozen=True)
class Figure:
    """`counts`: "ticket", "clock", "escalation" or "customer"; `instant`: the column that says when, of those rows."""

    key: str
    label: Any
    words: Any
    counts: str
    instant: str
    rows: Rows


def _figure(key: str, counts: str, instant: str, rows: Rows) -> Figure:
    return Figure(key, *WORDS[key], counts, instant, rows)


def _of_family(key: str, family: str, more: Q | Callable[[Scope], Q] | None = None) -> Figure:
    whole = tally.families()[family]
    counts = whole.rows.model._meta.model_name or ""

    def rows(scope: Scope) -> QuerySet[Any]:
        found = tally.of_tickets(whole.rows, scope.tickets(), whole.ticket)
        found = found.filter(tally.within(whole.instant, [scope.period]))
        part = more(scope) if callable(more) else more or Q()
        return narrowed(found.filter(part), scope, whole.instant, whole.ticket)

    return _figure(key, counts, whole.instant, rows)


def _open(key: str, more: Callable[[Scope], Q]) -> Figure:
    def rows(scope: Scope) -> QuerySet[Any]:
        return narrowed(scope.tickets().filter(more(scope)), scope, "reported_at", "")

    return _figure(key, "ticket", "reported_at", rows)


def narrowed(rows: QuerySet[Any], scope: Scope, instant: str, ticket: str) -> QuerySet[Any]:
    """The part of them that a single cell or bar stands for."""
    part, path = scope.narrow, f"{ticket}__" if ticket else ""
    if part.weekday is not None:
        rows = rows.filter(**{f"{instant}__isnull": False}).annotate(hour_of_week=tally.wall_hour(instant, scope.zone))
        rows = rows.filter(hour_of_week__gte=24 * part.weekday, hour_of_week__lt=24 * (part.weekday + 1))
    if part.hour is not None:
        rows = rows.annotate(wall=tally.wall_hour(instant, scope.zone)).filter(wall__in=range(part.hour, 168, 24))
    if part.level is not None:
        rows = rows.filter(tally.reached(part.level, f"{ticket}_id" if ticket else "pk"))
    if part.cause:
        rows = rows.filter(**{f"{path}cause": "" if part.cause == UNNAMED else part.cause})
    if part.age:
        tickets = Ticket.objects.filter(facts.aged(part.age, scope.at, scope.zone))
        rows = rows.filter(**{f"{path}pk__in" if path else "pk__in": tickets.values("pk")})
    return rows


def _kept(scope: Scope) -> QuerySet[Any]:
    return facts.who_asked(scope.tickets(), scope.period.until)


def _backlog(scope: Scope) -> Q:
    end = scope.period.until
    return Q(reported_at__lt=end) & (Q(resolved_at=None) | Q(resolved_at__gte=end))


def _critical(scope: Scope) -> Q:
    return Q(severity=facts.CRITICAL, reported_at__gte=facts.month_start(scope.at), reported_at__lte=scope.at)


def _verdicts(kind: str, condition: Q) -> list[Figure]:
    return [_of_family(f"{kind}_{end}", end, condition) for end in ("met", "missed")]


def _all() -> list[Figure]:
    happened = tally.happened
    still = Q(resolved_at__isnull=False)
    targets = Q(kind__in=(ClockKind.RESPONSE, ClockKind.RESOLUTION))
    return [
        _open("active", lambda scope: Q(resolved_at=None)),
        _open("ageing", lambda scope: Q(resolved_at=None)),
        _open("critical", _critical),
        _open("backlog", _backlog),
        _of_family("opened", "reported"),
        _of_family("opened_done", "reported", still),
        _of_family("opened_open", "reported", ~still),
        _of_family("reached", "reported", lambda scope: Q(tally.reached(scope.narrow.level or 2))),
        *(_of_family(f"{NUMBERED}{n}", "reported", Q(tally.reached(n))) for n in range(2, 6)),
        _of_family("once_resolved", "reported", Q(happened(EventKind.RESOLVED))),
        _of_family("once_reopened", "reported", Q(happened(EventKind.REOPENED))),
        _of_family("relapsed", "reported", Q(tally.relapsed())),
        _of_family("answered", "answered"),
        _of_family("resolved", "resolved"),
        _of_family("taken", "taken"),
        *_verdicts("response", Q(kind=ClockKind.RESPONSE)),
        *_verdicts("resolution", Q(kind=ClockKind.RESOLUTION)),
        *_verdicts("update", Q(kind=ClockKind.UPDATE)),
        *_verdicts("promise", Q(kind=ClockKind.UPDATE, promised=True)),
        _of_family("missed", "missed", targets),
        _figure("asked", "customer", "", _kept),
        _figure(
            "kept", "customer", "", lambda s: _kept(s).filter(Q(churned_at=None) | Q(churned_at__gt=s.period.until))
        ),
    ]


FIGURES: dict[str, Figure] = {figure.key: figure for figure in _all()}

# The numbers that follow from others (by the API's names): the figure behind whose list they stand.
BEHIND: dict[str, str] = {
    "active_escalations": "active",
    "avg_response_seconds": "answered",
    "avg_resolution_seconds": "resolved",
    "resolution_rate": "opened",
    "critical_issues_mtd": "critical",
    "customer_retention": "asked",
    "sla_met_response": "response_missed",
    "sla_met_resolution": "resolution_missed",
    "sla_met_update": "update_missed",
    "kept_promises": "promise_missed",
    "reopen_rate": "once_reopened",
    "relapse_rate": "relapsed",
    "avg_take_seconds": "taken",
    "value_at_risk": "active",
}
