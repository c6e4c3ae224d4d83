"""Working hours of a draft, as people write them: "09:00-12:00, 13:00-17:00", a date a line."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS as DAY_NAMES
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.forms.protocol.base import Group, PartForm, new_key
from escalations.forms.protocol.texts import line, text
from escalations.opening_hours import WEEKDAYS
from escalations.protocol.content import Content

DASHES = "-\N{EN DASH}\N{EM DASH}"
SPAN = re.compile(rf"(\d\d?)(?:[:.](\d\d))?\s*[{DASHES}]\s*(\d\d?)(?:[:.](\d\d))?")
CLOSED = "closed"


ADDED = "~new"  # no calendar's short name: those have no "~"
OFFICE_HOURS = {day: [["09:00", "17:00"]] for day in WEEKDAYS[:5]}


class CalendarsForm(PartForm):
    tab = gettext_lazy("Working hours")
    about = gettext_lazy(
        "Hours read 09:00-12:00, 13:00-17:00; left empty, the day is closed. Clocks that run keep theirs. "
        "Which severity counts in which hours is chosen at the severities; hours that one of them counts in cannot be "
        "removed."
    )

    def build(self, content: Content) -> None:
        for slug, row in content["calendars"].items():
            self._calendar(slug, row)
        zone = next((row["timezone"] for row in content["calendars"].values()), timezone.get_default_timezone_name())
        blank: Content = {"name": "", "timezone": zone, "hours": OFFICE_HOURS, "holidays": [], "overrides": {}}
        self._calendar(ADDED, blank)

    def _calendar(self, slug: str, row: Content) -> None:
        path, is_new = f"calendars.{slug}", slug == ADDED
        name = line(_("Name"), 80, required=not is_new)
        if is_new:
            name.help_text = _("Left empty, nothing is added.")
        self.add(f"{path}.name", name, row["name"])
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
            *(days[n : n + 2] for n in range(0, 7, 2)),
            ["holidays"],
            ["overrides"],
        ]
        if not is_new:
            self.add(f"{path}.removed", forms.BooleanField(label=_("Remove these hours"), required=False), False)
            rows.append(["removed"])
        heading = row["name"] or _("One more")
        self.groups.append(Group(heading, [[f"{path}.{name}" for name in names] for names in rows]))

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
        for slug in self.content["calendars"]:
            if cleaned.get(f"calendars.{slug}.removed") and (used := self._counting_in(slug)):
                says = _(
                    "These hours are those of %(codes)s. Choose others there first, under “Severities and ladder”."
                )
                self.add_error(f"calendars.{slug}.removed", says % {"codes": ", ".join(used)})
        self._check_names(cleaned)
        return cleaned

    def _counting_in(self, slug: str) -> list[str]:
        rows = self.content["severities"].items()
        return [code for code, row in rows if slug in (row["calendar"], row["response_calendar"])]

    def _check_names(self, cleaned: Mapping[str, Any]) -> None:
        """Severities choose their hours by name."""
        path = f"calendars.{ADDED}"
        if not cleaned.get(f"{path}.name") and any(name.startswith(path) for name in self.changed_data):
            self.add_error(f"{path}.name", _("Give it a name."))
        known: set[str] = set()
        for slug in [*self._kept(cleaned), ADDED]:
            name = cleaned.get(f"calendars.{slug}.name", "").casefold()
            if name and name in known:
                self.add_error(f"calendars.{slug}.name", _("Other hours have this name already."))
            known.add(name)

    def _kept(self, cleaned: Mapping[str, Any]) -> list[str]:
        return [slug for slug in self.content["calendars"] if not cleaned.get(f"calendars.{slug}.removed")]

    def part(self, cleaned: Mapping[str, Any]) -> Content:
        there = self.content["calendars"]
        made = {slug: self._said(slug, there[slug], cleaned) for slug in self._kept(cleaned)}
        if cleaned[f"calendars.{ADDED}.name"]:
            self.made = new_key(cleaned[f"calendars.{ADDED}.name"], there)
            made[self.made] = self._said(ADDED, {"hours": {}, "default": False}, cleaned)
        return {"calendars": made}

    def as_typed(self, path: str) -> str:
        made = getattr(self, "made", "")
        typed = path.replace(f"calendars.{made}", f"calendars.{ADDED}", 1) if made else path
        return f"{typed}.mon" if typed.endswith(".hours") else typed

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
