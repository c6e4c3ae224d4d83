"""What a scheduled report says, in the words that are active: as `metrics.digests.content` describes it.

The numbers are those of the page that the mail leads to: the same function counts both, for the same days.
"""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.templatetags.figures import dated
from metrics.board import board
from metrics.dashboard.words import NO_DATA, percent
from metrics.digests.cards import card, cards
from metrics.models import ReportSchedule
from metrics.reports.customer import Report
from metrics.reports.days import scope_of
from metrics.scope import Params, Scope
from metrics.sums import Sums

MOST = 10  # issues that are named
Content = dict[str, Any]


def content_of(schedule: ReportSchedule, user: Any, first: date, last: date, at: datetime) -> Content:
    days: Params = [("from", first.isoformat()), ("to", last.isoformat()), ("zone", schedule.time_zone)]
    found = _of_customer(schedule, user, days, at) if schedule.customer else _of_desk(schedule, user, days, at)
    by = {"name": schedule.name, "who": schedule.created_by.name}
    return found | {"why": _("You get this report, “%(name)s”, because %(who)s chose you for it.") % by}


def _of_desk(schedule: ReportSchedule, user: Any, days: Params, at: datetime) -> Content:
    query = QueryDict(schedule.query, mutable=True)
    for name, value in days:
        query[name] = value
    scope = Scope.read(query, user, at)
    found = board(scope)
    sums = found.now
    rows = [
        _row(scope, "opened", _("Opened"), str(sums.opened), found.before.opened),
        _row(scope, "resolved", _("Resolved"), str(sums.resolved), found.before.resolved),
        _met(scope, "response_met", _("First responses in time"), sums.response_met, sums.response_missed),
        _met(scope, "resolution_met", _("Resolutions in time"), sums.resolution_met, sums.resolution_missed),
        _met(scope, "update_met", _("Updates in time"), sums.update_met, sums.update_missed),
        _met(scope, "promise_met", _("Promises kept"), sums.promise_met, sums.promise_missed),
        _row(scope, "missed", _("Clocks missed"), str(sums.missed), found.before.missed),
    ]
    return {
        "title": f"{schedule.name}: {_period(scope)}",
        "intro": _in_short(sums),
        "cards": cards(scope, found.kpis, found.kpis_before, _before),
        "sections": [{"heading": _("In these days"), "rows": rows, "more": ""}],
        "button": _("Open the dashboard"),
        "path": scope.url(),
    }


def _of_customer(schedule: ReportSchedule, user: Any, days: Params, at: datetime) -> Content:
    assert schedule.customer
    scope = scope_of(QueryDict(urlencode(days)), user, schedule.customer, at)
    report = Report(scope)
    numbers = report.numbers()
    tickets = report.tickets()
    count = tickets.count()
    issues = report.issues(report.full(tickets)[:MOST])
    more = max(0, count - MOST)
    rows = [
        {
            "text": f"{issue.ticket.severity_id} {issue.ticket.subject}",
            "detail": " · ".join([issue.ticket.number, str(issue.ticket.get_status_display()), _missed(late)]),
            "path": issue.ticket.get_absolute_url(),
            "late": late > 0,
        }
        for issue in issues
        for late in [issue.missed(scope.period)]
    ]
    section = {
        "heading": _("Issues that were open in these days"),
        "rows": rows,
        "more": ngettext("And %(n)s more.", "And %(n)s more.", more) % {"n": more} if more else "",
    }
    names = {"customer": schedule.customer.name, "days": _period(scope)}
    path = reverse("customer-report", args=[schedule.customer.slug])
    return {
        "title": _("SLA report for %(customer)s: %(days)s") % names,
        "intro": _in_short(report.sums),
        "cards": [card(scope, number.key, number.label, number.value, number.note) for number in numbers],
        "sections": [section] if rows else [],
        "button": _("Open the report"),
        "path": f"{path}?{urlencode(days)}",
    }


def _period(scope: Scope) -> str:
    if scope.first == scope.last:
        return dated(scope.first)
    return f"{dated(scope.first)} – {dated(scope.last)}"


def _in_short(sums: Sums) -> str:
    """The main numbers in two sentences."""
    if not sums:
        return _("A quiet time: nothing was reported, answered or resolved, and no clock was met or missed.")
    counts = {
        "opened": ngettext("%(n)s issue was reported", "%(n)s issues were reported", sums.opened) % {"n": sums.opened},
        "resolved": ngettext("%(n)s was resolved", "%(n)s were resolved", sums.resolved) % {"n": sums.resolved},
    }
    late = ngettext("%(n)s clock was missed.", "%(n)s clocks were missed.", sums.missed) % {"n": sums.missed}
    return _("%(opened)s, %(resolved)s.") % counts + " " + (late if sums.missed else _("No clock was missed."))


def _missed(count: int) -> str:
    if not count:
        return _("nothing missed")
    return ngettext("%(n)s clock missed", "%(n)s clocks missed", count) % {"n": count}


def _row(scope: Scope, figure: str, label: str, value: str, before: int) -> dict[str, Any]:
    return {"text": f"{label}: {value}", "detail": _before(str(before)), "path": scope.rows_url(figure), "late": False}


def _met(scope: Scope, figure: str, label: str, met: int, missed: int) -> dict[str, Any]:
    whole = met + missed
    value = percent(met / whole) if whole else str(NO_DATA)
    detail = _("%(met)s of %(all)s") % {"met": met, "all": whole} if whole else _("no verdict fell")
    return {"text": f"{label}: {value}", "detail": detail, "path": scope.rows_url(figure), "late": False}


def _before(value: str | None) -> str:
    return _("none before") if value is None else _("%(value)s before") % {"value": value}
