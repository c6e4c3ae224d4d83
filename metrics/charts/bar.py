"""One bar along its row: the row itself, with words, number and link, is a list's or a table's."""

from django.utils.safestring import SafeString, mark_safe

from metrics.charts.svg import percent, tag

HEIGHT = 10


def bar(part: float, whole: float, look: str = "") -> SafeString:
    """`part` of `whole`; a little that is not nothing can be seen."""
    filled = ""
    if part > 0 and whole > 0:
        width = percent(max(part, whole * 0.008), whole)
        filled = tag("rect", class_=f"bar-part {look}".strip(), width=width, height=HEIGHT, rx="2")
    rail = tag("rect", class_="bar-rail", width="100%", height=HEIGHT, rx="2")
    return mark_safe(tag("svg", rail, filled, class_="hbar", width="100%", height=HEIGHT, aria_hidden="true"))
