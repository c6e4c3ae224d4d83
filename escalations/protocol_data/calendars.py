"""Working hours until the desk enters its own; the time zone is the site's."""

from typing import Any

BUSINESS_HOURS = "business-hours"

CALENDARS: list[dict[str, Any]] = [
    {
        "slug": BUSINESS_HOURS,
        "name": "Business hours",
        "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "default": True,
    },
]
