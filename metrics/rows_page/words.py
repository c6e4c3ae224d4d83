"""What a list behind a number shows, in words."""

from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.templatetags.figures import dated
from escalations.enums import RootCause
from metrics.dashboard.words import counted
from metrics.figures import Figure
from metrics.narrow import AGES
from metrics.period import ONE_DAY
from metrics.scope import Scope

WHENEVER = ("active", "ageing", "critical")  # whatever the period
OF_A_YEAR = ("asked", "kept")  # of the 365 days before its end, `facts.who_asked`
YEAR = timedelta(days=365)


def about(figure: Figure, scope: Scope) -> list[str]:
    """The period, the filters, and the part of the figure: short words for a line of chips."""
    return [*([] if figure.key in WHENEVER else [_period(figure, scope)]), *_filters(scope), *_part(scope)]


def how_many(figure: Figure, count: int, *, is_cut: bool = False) -> str:
    """`12 issues`, `1 clock`; `is_cut`: there are more, but nobody counted on."""
    words = {
        "ticket": ngettext("%(n)s issue", "%(n)s issues", count),
        "clock": ngettext("%(n)s clock", "%(n)s clocks", count),
        "escalation": ngettext("%(n)s escalation", "%(n)s escalations", count),
        "customer": ngettext("%(n)s customer", "%(n)s customers", count),
    }[figure.counts] % {"n": counted(count)}
    return _("%(things)s and more") % {"things": words} if is_cut else words


def _period(figure: Figure, scope: Scope) -> str:
    first, last = scope.first, scope.last
    if figure.key in OF_A_YEAR:
        first = last + ONE_DAY - YEAR
    if first == last:
        return dated(first)
    return _("%(first)s to %(last)s") % {"first": dated(first), "last": dated(last)}


def _filters(scope: Scope) -> list[str]:
    words = [
        scope.severity,
        _("No team") if scope.no_team else scope.team.name if scope.team else "",
        scope.customer.name if scope.customer else "",
        _("Nobody’s") if scope.no_owner else scope.owner.name if scope.owner else "",
    ]
    return [word for word in words if word]


def _part(scope: Scope) -> list[str]:
    part, words = scope.narrow, []
    if part.weekday is not None:
        monday = date(2024, 1, 1 + part.weekday)  # which began on a Monday
        words.append(date_format(monday, "l"))
    if part.hour is not None:
        words.append(_("%(from)s:00 to %(to)s:00") % {"from": part.hour, "to": part.hour + 1})
    if part.level is not None:
        words.append(_("Level %(n)s or above") % {"n": part.level})
    if part.age:
        words.append(str(AGES[part.age][0]))
    if part.cause:
        words.append(str(dict(RootCause.choices).get(part.cause, _("no kind of cause named"))))
    return words
