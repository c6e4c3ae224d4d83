"""Numbers as people say them. Without data a number is `NOTHING`, never 0."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.templatetags.figures import in_marks, percent
from config.templatetags.times import MINUS, span

NO_DATA = gettext_lazy("no data")

COUNT, SECONDS, SHARE = "count", "seconds", "share"


def said(value: float | None, kind: str) -> str:
    """`12`, `9h 20m`, `94.2%`; "no data"."""
    if value is None:
        return str(NO_DATA)
    return {COUNT: counted, SECONDS: span, SHARE: percent}[kind](value)


def counted(value: float) -> str:
    return in_marks(f"{value:,.0f}")


def change(now: float | None, before: float | None, kind: str) -> str:
    """`+1.1 pt`, `−3 min`, `+4`; "" if there is nothing to compare, "±0" if it is the same."""
    if now is None or before is None:
        return ""
    difference = now - before
    size = abs(difference)
    if kind == SHARE:
        words = _("%(n)s pt") % {"n": in_marks(f"{100 * size:.1f}")}
        same = round(1000 * size) == 0
    else:
        words, same = said(size, kind), size < 1
    return "±0" if same else f"{MINUS if difference < 0 else '+'}{words}"
