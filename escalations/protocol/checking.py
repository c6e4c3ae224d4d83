"""Whether a content can be what a desk runs under: all that is wrong at once, each with its path.

The rules are those of the settings themselves (`escalations.models`, `escalations.api.protocol`); what is given is
anything that JSON can say.
"""

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from contacts.models.matrix import Level
from contacts.models.people import validate_time_zone
from escalations.durations import Target, TargetError
from escalations.models import Severity
from escalations.models.severity import PostMortem, validate_rungs
from escalations.opening_hours import CalendarError
from escalations.protocol_data.kpis import KPIS
from escalations.worktime import ALWAYS, WorkCalendar, WorktimeError

from .content import APPLIED, CALENDAR, LISTS, RECORDED, SEVERITY, Content, canonical
from .errors import BadContent
from .reading import SLUG, Reader

MOST_HOLIDAYS = 1000
LONGEST_AFTERCARE = 365
HIGHEST_GOAL = 1e12
ASKED = ("required", "if_needed", "no")
_HOURS = ("hours", "holidays", "overrides")
_MEASURED = (  # each target with the calendar that it counts in
    ("response_target", "response_calendar"),
    ("update_every", "calendar"),
    ("resolution_target", "calendar"),
)
A_MONDAY = datetime(2026, 1, 5, 10, tzinfo=UTC)  # any moment will do, as long as it is the same for everybody


def checked(given: Any) -> Content:
    """The content in its canonical form, without what is for the record. Raises BadContent."""
    check = _Check(set(Severity.objects.values_list("code", flat=True)))
    made = check.content(given)
    if check.errors:
        raise BadContent(check.errors)
    return {name: value for name, value in canonical(made).items() if name in APPLIED}


class _Check(Reader):
    """A content, and the calendars that it names."""

    def __init__(self, codes: set[str]) -> None:
        super().__init__()
        self.codes = codes
        self.calendars: dict[str, WorkCalendar] = {}
        self.broken: set[Any] = set()  # calendars of which something is said already

    def content(self, given: Any) -> Content:
        given = self.fields(given, "", APPLIED, beside=RECORDED)
        made: Content = {
            "department": self.line(given, "department", "department", 160, blank=True),
            "critical_notice": self.text(given, "critical_notice", "critical_notice"),
            "notes": self.text(given, "notes", "notes"),
        }
        made["calendars"] = self.each(given.get("calendars"), "calendars", self.calendar, SLUG, 50)
        self.one_default(made["calendars"])
        made["severities"] = self.severities(given.get("severities"))
        made["checklist"] = self.entries(given.get("checklist"), "checklist", "key", self.checklist_line)
        for name in LISTS:
            made[name] = self.entries(given.get(name), name, "key", self.entry)
        for row in made["kpis"]:
            if row["key"] not in {key for key, _title, _text in KPIS}:
                self.wrong(f"kpis.{row['key']}", _("The dashboard has no such figure."))
        made["goals"] = self.each(given.get("goals"), "goals", self.goal, SLUG, 40)
        made["rungs"] = self.rungs(given.get("rungs"))
        return made

    def severities(self, given: Any) -> Content:
        made = self.each(given, "severities", self.severity, SLUG, 4)
        for code in sorted(self.codes - made.keys()) if isinstance(given, dict) else ():
            self.wrong(f"severities.{code}", _("A severity cannot be removed: give it."))
        return made

    def severity(self, row: Any, path: str, code: str) -> Content:
        if code not in self.codes:
            self.wrong(path, _("There is no such severity; none can be added."))
            return {}
        row = self.fields(row, path, SEVERITY)
        made: Content = {
            "name": self.line(row, "name", f"{path}.name", 40),
            "definition": self.text(row, "definition", f"{path}.definition", blank=False),
            "examples": self.examples(row.get("examples"), f"{path}.examples") if "examples" in row else [],
            "at_risk_percent": self.whole(row, "at_risk_percent", path, 1, 99),
            "aftercare_days": self.whole(row, "aftercare_days", path, 0, LONGEST_AFTERCARE),
            "post_mortem": self.choice(row, "post_mortem", path, PostMortem.values),
            "notify_on_open": self.told(row.get("notify_on_open", []), f"{path}.notify_on_open"),
        }
        for name in ("response_target", "resolution_target", "update_every", "step"):
            made[name] = self.target(row, name, path, blank=name == "update_every")
        for name in ("calendar", "response_calendar"):
            made[name] = self.of_calendar(row, name, path)
        self.sensible(made, path)
        return made

    def sensible(self, row: Content, path: str) -> None:
        """An answer comes before the solution, and so does the first update."""
        try:
            due = {name: self.due(row[name], row[where]) for name, where in _MEASURED if row[name]}
        except (TargetError, WorktimeError, LookupError, OverflowError, ValueError):
            return  # said already
        for name in ("response_target", "update_every"):
            if name in due and "resolution_target" in due and due[name] > due["resolution_target"]:
                self.wrong(f"{path}.{name}", _("This is later than the resolution is due."))

    def due(self, target: str, slug: str | None) -> datetime:
        calendar = self.calendars[slug] if slug else ALWAYS
        start = calendar.next_opening(A_MONDAY)
        return calendar.add(start, Target.parse(target).budget(start, calendar))

    def calendar(self, row: Any, path: str, slug: str) -> Content:
        self.broken.add(slug)
        row = self.fields(row, path, CALENDAR)
        made: Content = {
            "name": self.line(row, "name", f"{path}.name", 80),
            "timezone": self.line(row, "timezone", f"{path}.timezone", 64),
            "hours": row.get("hours"),
            "holidays": row.get("holidays", []),
            "overrides": row.get("overrides", {}),
            "default": row.get("default", False),
        }
        if not isinstance(made["default"], bool):
            self.wrong(f"{path}.default", _("Give true or false."))
        for name in ("holidays", "overrides"):
            if isinstance(made[name], list | dict) and len(made[name]) > MOST_HOLIDAYS:
                self.wrong(f"{path}.{name}", _("At most %(n)s.") % {"n": MOST_HOLIDAYS})
        try:
            validate_time_zone(made["timezone"])
            calendar = WorkCalendar.from_dict({"tz": made["timezone"], **{name: made[name] for name in _HOURS}})
            calendar.next_opening(A_MONDAY)
            self.calendars[slug] = calendar
        except ValidationError as error:
            self.wrong(f"{path}.timezone", " ".join(error.messages))
        except CalendarError as error:
            field = "timezone" if error.field == "tz" else error.field
            self.wrong(f"{path}.{field}", error.reason)
        except (WorktimeError, OverflowError, ValueError) as error:
            self.wrong(f"{path}.hours", error)
        return made

    def one_default(self, calendars: Content) -> None:
        default = [slug for slug, row in calendars.items() if row.get("default") is True]
        if len(default) > 1:
            self.wrong(f"calendars.{default[1]}.default", _("Only one calendar is the default."))

    def checklist_line(self, row: Any, path: str, key: str) -> Content:
        row = self.fields(row, path, ("key", "action", "by_severity"))
        cells = self.each(row.get("by_severity"), f"{path}.by_severity", self.cell, SLUG, 4)
        return {"key": key, "action": self.line(row, "action", f"{path}.action", 160), "by_severity": cells}

    def cell(self, cell: Any, path: str, code: str) -> Content:
        if code not in self.codes:
            self.wrong(path, _("There is no such severity."))
        cell = self.fields(cell, path, ("asked", "label"), needed=("asked",))
        label = self.line(cell, "label", f"{path}.label", 40, blank=True) if "label" in cell else ""
        return {"asked": self.choice(cell, "asked", path, ASKED), "label": label}

    def entry(self, row: Any, path: str, key: str) -> Content:
        row = self.fields(row, path, ("key", "title", "text"))
        return {
            "key": key,
            "title": self.line(row, "title", f"{path}.title", 160),
            "text": self.text(row, "text", f"{path}.text"),
        }

    def goal(self, value: Any, path: str, key: str) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= HIGHEST_GOAL:
            self.wrong(path, _("Give a number that is not negative."))
            return 0
        return value

    def rungs(self, given: Any) -> list[Content]:
        made = self.entries(given, "rungs", "level", self.rung)
        there = {row["level"] for row in made}
        for level in Level.values if isinstance(given, list) else ():
            if level not in there:
                self.wrong(f"rungs.{level}", _("Every rung has a title: give it."))
        return sorted(made, key=lambda row: Level.values.index(row["level"]) if row["level"] in Level.values else 99)

    def rung(self, row: Any, path: str, level: str) -> Content:
        row = self.fields(row, path, ("level", "title"))
        if level not in Level.values:
            self.wrong(path, _("There is no such level."))
        return {"level": level, "title": self.line(row, "title", f"{path}.title", 120)}

    def told(self, given: Any, path: str) -> list[Any]:
        try:
            validate_rungs(given)
        except ValidationError as error:
            self.wrong(path, " ".join(error.messages))
            return []
        return [int(rung) if str(rung).isdigit() else str(rung) for rung in dict.fromkeys(str(r) for r in given)]

    def of_calendar(self, row: Content, name: str, path: str) -> str | None:
        slug = row.get(name)
        if slug is None:
            return None
        if not isinstance(slug, str) or slug not in self.calendars:
            if not isinstance(slug, str) or slug not in self.broken:
                self.wrong(f"{path}.{name}", _("There is no such calendar here; null is 24x7."))
            return None
        return slug
