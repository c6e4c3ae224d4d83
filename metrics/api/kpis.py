"""`GET /api/v1/metrics/kpis/`: the protocol's numbers for any period of whole instants."""

from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.rest.fields import Moment, Named
from config.rest.query import Many
from config.rest.serializers import Query
from config.rest.views import Noun
from contacts.models import Customer, Team
from escalations.access import tickets_for
from escalations.models import Severity
from escalations.models.ticket import TicketQuerySet
from metrics import facts, spread, tally
from metrics.facts import Facts
from metrics.kpis import Kpis, month_start
from metrics.models import DURATIONS
from metrics.period import Period
from metrics.spread import percentiles
from metrics.sums import Sums

SHARES = ("kept_promises", "reopen_rate", "relapse_rate")
COUNTED = ("opened", "answered", "resolved", "taken")


class KpiQuery(Query):
    severity = Many(child=Named("code", queryset=Severity.objects.all()), required=False)
    team = Named("slug", queryset=Team.objects.all(), required=False)
    customer = Named("slug", queryset=Customer.objects.all(), required=False)

    def get_fields(self) -> dict[str, Any]:
        start = Moment(required=False, help_text="Begin of the period; if not given, of the month of `to` at the site.")
        end = Moment(required=False, help_text="End of the period, not in it; if not given, now.")
        return {"from": start, "to": end, **super().get_fields()}  # `from` is no name for Python

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        given["to"] = given.get("to") or self.context["at"]
        given["from"] = given.get("from") or month_start(given["to"])
        if given["from"] > given["to"]:
            raise serializers.ValidationError({"from": [_("The period ends before it begins.")]})
        return given


class Seconds(serializers.FloatField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, read_only=True, **kwargs)


class SlaShape(serializers.Serializer[Any]):
    response = Seconds(help_text="Of the verdicts that fell in the period, the share met.")
    resolution = Seconds()
    update = Seconds()


class SpreadShape(serializers.Serializer[Any]):
    """By nearest rank, up to 2.5 % below the exact value."""

    median_seconds = Seconds()
    p90_seconds = Seconds()
    count = serializers.IntegerField(read_only=True)


class KpiShape(serializers.Serializer[Any]):
    """A number with no data is null, never 0."""

    active_escalations = serializers.IntegerField(read_only=True)
    avg_response_seconds = Seconds()
    avg_resolution_seconds = Seconds()
    resolution_rate = Seconds(help_text="0 to 1.")
    critical_issues_mtd = serializers.IntegerField(read_only=True)
    customer_retention = Seconds(help_text="0 to 1.")
    sla_met = SlaShape(read_only=True)
    kept_promises = Seconds(help_text="Of the updates promised for a time, the share given in time.")
    reopen_rate = Seconds()
    relapse_rate = Seconds()
    avg_response_working_seconds = Seconds(help_text="The response clock's own time.")
    avg_resolution_working_seconds = Seconds(help_text="The resolution clock's own time, without pauses.")
    avg_take_seconds = Seconds(help_text="From telling a rung to its being taken.")
    spread = serializers.DictField(child=SpreadShape(), read_only=True, help_text=", ".join(DURATIONS))
    depth = serializers.DictField(child=Seconds(), read_only=True, help_text="By level, 2 to 5.")
    counts = serializers.DictField(child=serializers.IntegerField(), read_only=True, help_text=", ".join(COUNTED))
    period = serializers.DictField(child=Moment(), read_only=True, help_text="`from` and `to`, as counted.")


class Numbers(Noun):
    shape = KpiShape
    asks = {"kpis": KpiQuery}
    http_method_names = ["get", "head"]

    def kpis(self, request: Request) -> Response:
        """The protocol's numbers for a period [from, to); filters apply to the tickets."""
        asked = {"severity": "severity__in", "team": "team", "customer": "customer"}
        filters = {column: self.query[name] for name, column in asked.items() if name in self.query}
        tickets = tickets_for(request.user).filter(**filters)
        return Response(numbers(tickets, Period(self.query["from"], self.query["to"]), self.at))


def numbers(tickets: TicketQuerySet, period: Period, at: Any) -> dict[str, Any]:
    """One query."""
    parts = tally.branches(tickets, [period], steps=ZoneInfo("UTC"))
    rows = tally.gather([*parts, *facts.branches(tickets, at, [period.until])])
    sums = Sums.total(tally.sums(rows).values())
    shown = Kpis.of(sums, Facts.read(rows, 1)).as_dict()
    met = {name: shown.pop(f"sla_met_{name}") for name in ("response", "resolution")}
    steps = spread.total(spread.counts(rows))
    found = {name: percentiles(steps[name]) for name in DURATIONS}
    return {
        **shown,
        "sla_met": {**met, "update": sums.sla_met_update},
        **{name: getattr(sums, name) for name in SHARES},
        "avg_response_working_seconds": sums.avg_response_seconds("working"),
        "avg_resolution_working_seconds": sums.avg_resolution_seconds("working"),
        "avg_take_seconds": sums.avg_take_seconds,
        "spread": {
            name: {"median_seconds": each.median, "p90_seconds": each.p90, "count": each.count}
            for name, each in found.items()
        },
        "depth": {str(level): sums.depth(level) for level in range(2, 6)},
        "counts": {name: getattr(sums, name) for name in COUNTED},
        "period": {"from": Moment().to_representation(period.since), "to": Moment().to_representation(period.until)},
    }
