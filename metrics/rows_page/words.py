"""What a list behind a number shows, in words."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.templatetags.figures import dated
from escalations.enums import RootCause
from metrics.figures import Figure
from metrics.narrow import AGES
from metrics.scope import Scope

WHENEVER = ("active", "ageing", "critical")  # whatever the period


def about(figure: Figure, scope: Scope) -> list[str]:
    """The period, the filters, and the part of the figure: short words for a line of chips."""
    return [*([] if figure.key in WHENEVER else [_period(scope)]), *_filters(scope), *_part(scope)]


def _period(scope: Scope) -> str:
    if scope.first == scope.last:
        return dated(scope.first)
    return _("%(first)s to %(last)s") % {"first": dated(scope.first), "last": dated(scope.last)}


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
