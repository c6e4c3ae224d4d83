"""What an address of the dashboard asks for: a period, filters, and how the answer is to be shown."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from contacts.models import Customer, Team, User
from escalations import access
from escalations.access import customers_for, tickets_for
from escalations.models import Severity
from escalations.models.ticket import TicketQuerySet
from metrics.narrow import Narrow, left_out
from metrics.period import ONE_DAY, Period, day_of, of_days

SPANS = ("mtd", "7d", "30d", "90d", "quarter", "custom")
BY = ("severity", "team", "owner", "customer", "cause")
UNITS = ("count", "value")
TIMES = ("elapsed", "working")
LONGEST = 731  # days
EARLIEST = date(1990, 1, 1)
NOBODY = "none"  # ?team=none, ?owner=none: what belongs to no team, to nobody
PAGE, ROWS = "/dashboard/", "/dashboard/issues/"
Params = list[tuple[str, str]]


@dataclass(frozen=True)
class Scope:
    """Days are whole days of `zone`, `first` and `last` both included. Filters apply to the tickets."""

    user: Any
    at: datetime
    zone: ZoneInfo
    span: str
    first: date
    last: date
    severity: str = ""
    team: Team | None = None
    customer: Customer | None = None
    owner: User | None = None
    no_team: bool = False
    no_owner: bool = False
    by: str = "severity"
    unit: str = "count"
    time: str = "elapsed"
    narrow: Narrow = field(default_factory=Narrow)
    notes: tuple[str, ...] = ()  # what of the address was not understood, in words

    @classmethod
    def read(cls, query: QueryDict, user: Any, at: datetime) -> "Scope":
        """Never raises: what is not understood is left out, and `notes` say so."""
        zone = _zone(query.get("zone", "")) or own_zone(user)
        return _Reader(query, user, day_of(at, zone)).scope(at, zone)

    @property
    def period(self) -> Period:
        return of_days(self.first, self.last, self.zone)

    @property
    def before(self) -> Period:
        """As many whole days, just before."""
        return of_days(self.first_before, self.first - ONE_DAY, self.zone)

    @property
    def first_before(self) -> date:
        return self.first - timedelta(days=self.days)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def today(self) -> date:
        return day_of(self.at, self.zone)

    @property
    def is_filtered(self) -> bool:
        return bool(self.severity or self.team or self.customer or self.owner or self.no_team or self.no_owner)

    def tickets(self) -> TicketQuerySet:
        """Those that the person may see and that fit the filters, whenever anything happened to them."""
        return tickets_for(self.user).filter(self._filters)

    @property
    def chosen(self) -> Q:
        """The same, as a condition on columns of a ticket."""
        return (access.core(self.user) | access.extras(self.user)) & self._filters

    @property
    def core(self) -> Q:
        """Those of them that roll-ups count."""
        return access.core(self.user) & self._filters

    @property
    def extras(self) -> Q:
        """Those of them that no roll-up counts (`escalations.access`)."""
        return access.extras(self.user) & self._filters

    @property
    def _filters(self) -> Q:
        asked = {"severity": self.severity, "team": self.team, "customer": self.customer, "owner": self.owner}
        asked |= {"team": None} if self.no_team else {}
        asked |= {"owner": None} if self.no_owner else {}
        none = {"team": self.no_team, "owner": self.no_owner}
        return Q(**{name: value for name, value in asked.items() if value or none.get(name)})

    # -- addresses -------------------------------------------------------------------------------------------------

    def changed(self, **changes: Any) -> "Scope":
        """With other days (`first`, `last`, `span`), other filters or another way to show them."""
        if "span" in changes and changes["span"] != "custom":
            first, last = days_of(changes["span"], self.today)
            changes = {"first": first, "last": last} | changes
        elif "first" in changes or "last" in changes:
            changes["span"] = "custom"
        if "team" in changes:
            changes |= {"no_team": changes["team"] == NOBODY}
            changes["team"] = None if changes["no_team"] else changes["team"]
        if "owner" in changes:
            changes |= {"no_owner": changes["owner"] == NOBODY}
            changes["owner"] = None if changes["no_owner"] else changes["owner"]
        return replace(self, **changes)

    def url(self, **changes: Any) -> str:
        """The dashboard with these changes, always written in the same order."""
        return _address(PAGE, self.changed(**changes).params())

    def rows_url(self, figure: str, *, first: date | None = None, last: date | None = None, **narrow: Any) -> str:
        """The list of what `figure` counts. `narrow`: other filters, or a part of it (`metrics.narrow`)."""
        parts = {name: narrow.pop(name) for name in Narrow.NAMES if name in narrow}
        scope = self.changed(**narrow) if narrow else self
        days = _days(first or scope.first, last or scope.last) if first or last else scope._span
        # A page has a thousand of these, and they differ in their days.
        texts = (urlencode([("figure", figure), *days]), scope._written, urlencode(Narrow(**parts).params()))
        return f"{ROWS}?{'&'.join(filter(None, texts))}"

    def params(self, *, shown: bool = True) -> Params:
        """What the address says, without what is so anyway. `shown=False`: without how it is shown."""
        usual = {"by": BY[0], "unit": UNITS[0], "time": TIMES[0]} if shown else {}
        how = [(name, getattr(self, name)) for name in usual if getattr(self, name) != usual[name]]
        return [*self._span, *self._chosen_params, *how]

    @property
    def _span(self) -> Params:
        if self.span == "custom":
            return _days(self.first, self.last)
        return [("span", self.span)] if self.span != "mtd" else []

    @property
    def _chosen_params(self) -> Params:
        params: Params = []
        if self.zone.key != own_zone(self.user).key:
            params.append(("zone", self.zone.key))
        params += [
            ("severity", self.severity),
            ("team", NOBODY if self.no_team else self.team.slug if self.team else ""),
            ("customer", self.customer.slug if self.customer else ""),
            ("owner", NOBODY if self.no_owner else self.owner.username if self.owner else ""),
        ]
        return [(name, value) for name, value in params if value]

    @cached_property
    def _written(self) -> str:
        return urlencode(self._chosen_params)


def _days(first: date, last: date) -> Params:
    return [("from", first.isoformat()), ("to", last.isoformat())]


def own_zone(user: Any) -> ZoneInfo:
    return ZoneInfo(getattr(user, "time_zone", "") or settings.TIME_ZONE)


def _zone(name: str) -> ZoneInfo | None:
    """Whose days are meant, where that is not the reader's own zone: as a report that was sent to many counts them."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def days_of(span: str, today: date) -> tuple[date, date]:
    """The first and the last day of a span that ends today."""
    if span.endswith("d") and span[:-1].isdigit():
        return today - timedelta(days=int(span[:-1]) - 1), today
    if span == "quarter":
        return today.replace(month=today.month - (today.month - 1) % 3, day=1), today
    return today.replace(day=1), today


def _address(path: str, params: Params) -> str:
    return f"{path}?{urlencode(params)}" if params else path


class _Reader:
    """Reads one address."""

    def __init__(self, query: QueryDict, user: Any, today: date) -> None:
        self.query, self.user, self.today = query, user, today
        self.notes: list[str] = []

    def scope(self, at: datetime, zone: ZoneInfo) -> Scope:
        span, first, last = self._days()
        self._say_zone(zone)
        asked: dict[str, Any] = {
            "severity": getattr(self._found("severity", Severity.objects.all(), "code"), "code", ""),
            "customer": self._found("customer", customers_for(self.user), "slug"),
            "no_team": self._given("team") == NOBODY,
            "no_owner": self._given("owner") == NOBODY,
            "by": self._one_of("by", BY),
            "unit": self._one_of("unit", UNITS),
            "time": self._one_of("time", TIMES),
            "narrow": Narrow.read(self.query, self.notes),
        }
        asked["team"] = None if asked["no_team"] else self._found("team", Team.objects.all(), "slug")
        asked["owner"] = None if asked["no_owner"] else self._found("owner", User.objects.all(), "username")
        return Scope(self.user, at, zone, span, first, last, **asked, notes=tuple(self.notes))

    def _given(self, name: str) -> str:
        return self.query.get(name, "").replace("\0", "").strip()[:200]

    def _one_of(self, name: str, choices: tuple[str, ...]) -> str:
        given = self._given(name)
        if given and given not in choices:
            self._left_out(name, given)
        return given if given in choices else choices[0]

    def _found(self, name: str, rows: Any, by: str) -> Any:
        given = self._given(name)
        row = rows.filter(**{by: given}).first() if given else None
        if given and row is None:
            self._left_out(name, given)
        return row

    def _left_out(self, name: str, given: str) -> None:
        self.notes.append(left_out(name, given))

    def _say_zone(self, zone: ZoneInfo) -> None:
        given = self._given("zone")
        if given and given != zone.key:
            self._left_out("zone", given)
        elif zone.key != own_zone(self.user).key:
            self.notes.append(_("Days are those of %(zone)s.") % {"zone": zone.key.replace("_", " ")})

    def _days(self) -> tuple[str, date, date]:
        first, last = self._day("from"), self._day("to")
        if first is None and last is None:
            span = self._one_of("span", SPANS)
            return (span, *days_of(span, self.today))
        last = min(last or self.today, self.today)
        first = first or last.replace(day=1)
        if first > last:
            first = last
            self.notes.append(_("The period ends before it begins, or has not begun; shown is its last day."))
        if (last - first).days >= LONGEST:
            first = last - timedelta(days=LONGEST - 1)
            self.notes.append(_("A period has %(n)s days at most; shown are the last of them.") % {"n": LONGEST})
        return "custom", first, last

    def _day(self, name: str) -> date | None:
        given = self._given(name)
        try:
            day = date.fromisoformat(given) if given else None
        except ValueError:
            day = None
        if given and (day is None or not EARLIEST <= day <= date(2199, 12, 31)):
            self._left_out(name, given)
            return None
        return day
