"""Working hours of a draft, as people write them: "09:00-12:00, 13:00-17:00", a date a line."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS as DAY_NAMES
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.forms.protocol.base import Group, PartForm
from escalations.forms.protocol.texts import line, text
from escalations.opening_hours import WEEKDAYS
from escalations.protocol.content import Content

DASHES = "-\N{EN DASH}\N{EM DASH}"
SPAN = re.compile(rf"(\d\d?)(?:[:.](\d\d))?\s*[{DASHES}]\s*(\d\d?)(?:[:.](\d\d))?")
CLOSED = "closed"


class CalendarsForm(PartForm):
    tab = gettext_lazy("Working hours")
    about = gettext_lazy(
        "Hours read 09:00-12:00, 13:00-17:00; left empty, the day is closed. Clocks that run keep theirs."
    )

    def build(self, content: Content) -> None:
        for slug, row in content["calendars"].items():
            path = f"calendars.{slug}"
            self.add(f"{path}.name", line(_("Name"), 80), row["name"])
            self.add(f"{path}.timezone", line(_("Time zone"), 64), row["timezone"])
            always = forms.BooleanField(label=_("Around the clock, every day"), required=False)
            self.add(f"{path}.always", always, row["hours"] is None)
            days = [self._day(path, number, row["hours"] or {}) for number in range(7)]
            holidays = text(_("Holidays, one a line"), 4)
            holidays.help_text = "2026-12-25"
            self.add(f"{path}.holidays", holidays, "\n".join(row["holidays"]))
            other = text(_("Days with other hours, one a line"), 3)
            other.help_text = "2026-12-24 09:00-12:00"
            lines = [f"{day} {_written(spans) or CLOSED}" for day, spans in sorted(row["overrides"].items())]
            self.add(f"{path}.overrides", other, "\n".join(lines))
            rows = [
                ["name", "timezone"],
                ["always"],
                days[:2],
                days[2:4],
                days[4:6],
                days[6:],
                ["holidays"],
                ["overrides"],
            ]
            self.groups.append(Group(row["name"], [[f"{path}.{name}" for name in names] for names in rows]))

    def _day(self, path: str, number: int, hours: Mapping[str, Any]) -> str:
        name = f"hours.{WEEKDAYS[number]}"
        self.add(
            f"{path}.{name}", line(DAY_NAMES[number], 120, required=False), _written(hours.get(WEEKDAYS[number], []))
        )
        return name

    def clean(self) -> dict[str, Any]:
        """Reads the hours; whether they make sense is the protocol's own check."""
        cleaned = super().clean() or self.cleaned_data
        for name in self.fields:
            try:
                if ".hours." in name and name in cleaned:
                    cleaned[name] = read_spans(cleaned[name])
                elif name.endswith(".overrides") and name in cleaned:
                    cleaned[name] = read_days(cleaned[name])
            except ValueError as error:
                self.add_error(name, str(error))
        return cleaned

    def part(self, cleaned: Mapping[str, Any]) -> Content:
        return {"calendars": {slug: self._said(slug, row, cleaned) for slug, row in self.content["calendars"].items()}}

    def _said(self, slug: str, row: Content, cleaned: Mapping[str, Any]) -> Content:
        def typed(name: str) -> Any:
            return cleaned[f"calendars.{slug}.{name}"]

        hours = {day: typed(f"hours.{day}") for day in WEEKDAYS}
        before = row["hours"] or {}
        # A day that is closed may stand there as an empty list, or not at all: it stays as it was.
        kept = {day: spans for day, spans in hours.items() if spans or day in before}
        return row | {
            "name": typed("name"),
            "timezone": typed("timezone"),
            "hours": None if typed("always") else kept,
            "holidays": re.split(r"[\s,;]+", typed("holidays").strip()) if typed("holidays").strip() else [],
            "overrides": typed("overrides"),
        }


def _written(spans: list[list[str]]) -> str:
    return ", ".join("-".join(pair) for pair in spans)


def read_spans(written: str) -> list[list[str]]:
    """ "9-12, 13:00-17:30" as [["09:00", "12:00"], ["13:00", "17:30"]]. ValueError names the part that is none."""
    spans = []
    for part in filter(None, (each.strip() for each in re.split(r"[,;]", written))):
        match = SPAN.fullmatch(part)
        if not match:
            raise ValueError(_("“%(part)s” is no time span. Write it as 09:00-17:00.") % {"part": part[:40]})
        spans.append([f"{int(match[1]):02}:{match[2] or '00'}", f"{int(match[3]):02}:{match[4] or '00'}"])
    return spans


def read_days(written: str) -> dict[str, list[list[str]]]:
    """A line a day: the date, then hours or "closed"."""
    days: dict[str, list[list[str]]] = {}
    for each in filter(None, (row.strip() for row in written.splitlines())):
        day, _space, rest = each.partition(" ")
        closed = {CLOSED, _("closed")}
        days[day] = [] if rest.strip().lower() in closed | {""} else read_spans(rest)
    return days
