"""The settings that a version says, as the engine's own objects; none of them is a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from escalations.models.calendar import Calendar
from escalations.models.severity import Severity
from escalations.protocol.content import CALENDAR, SEVERITY, Content

ASKED = tuple(name for name in SEVERITY if not name.endswith("calendar"))


@dataclass(frozen=True)
class Rules:
    severities: Mapping[str, Severity]

    @classmethod
    def of(cls, content: Content) -> Self:
        calendars = {
            slug: Calendar(slug=slug, **{name: row[name] for name in CALENDAR})
            for slug, row in content["calendars"].items()
        }
        return cls({code: _severity(code, row, calendars) for code, row in content["severities"].items()})


def _severity(code: str, row: Mapping[str, Any], calendars: Mapping[str, Calendar]) -> Severity:
    severity = Severity(code=code, **{name: row[name] for name in ASKED})
    severity.calendar = calendars[row["calendar"]] if row["calendar"] else None
    severity.response_calendar = calendars[row["response_calendar"]] if row["response_calendar"] else None
    return severity
