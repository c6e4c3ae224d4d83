"""The forms of a draft, narrowed to one severity or one calendar."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.forms.protocol.calendars import CalendarsForm
from escalations.forms.protocol.severities import SeveritiesForm
from escalations.models import Calendar
from escalations.protocol.content import Content
from escalations.worktime import WorkCalendar, WorktimeError

EMPTY: Content = {
    "name": "",
    "timezone": "",
    "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": [],
    "overrides": {},
    "default": False,
}


class SeverityForm(SeveritiesForm):
    """`content["severities"]` holds one; `calendars` are those to choose from."""

    def build(self, content: Content) -> None:
        calendars = [("", _("around the clock")), *((slug, row["name"]) for slug, row in content["calendars"].items())]
        for code, row in content["severities"].items():
            self._severity(code, row, calendars)

    def part(self, cleaned: Mapping[str, Any]) -> Content:
        return {
            "severities": {code: self._said(code, row, cleaned) for code, row in self.content["severities"].items()}
        }

    def typed(self) -> Content:
        return cast(Content, next(iter(self.part(self.cleaned_data)["severities"].values())))


class CalendarForm(CalendarsForm):
    """`content["calendars"]` holds one; what removes it is a button of its own."""

    about = gettext_lazy(
        "Hours read 09:00-12:00, 13:00-17:00; left empty, the day is closed. Clocks that run keep theirs."
    )

    def build(self, content: Content) -> None:
        for slug, row in content["calendars"].items():
            path = f"calendars.{slug}"
            self._calendar(slug, row)
            self.fields.pop(f"{path}.removed", None)
            default = forms.BooleanField(label=_("The desk’s usual hours"), required=False)
            self.add(f"{path}.default", default, row["default"])
            self.groups[0].rows = [names for names in self.groups[0].rows if names != [f"{path}.removed"]]
            self.groups[0].rows.append([f"{path}.default"])

    def _check_names(self, cleaned: Mapping[str, Any]) -> None:
        slug = next(iter(self.content["calendars"]))
        others = Calendar.objects.exclude(slug=slug).values_list("name", flat=True)
        if cleaned.get(f"calendars.{slug}.name", "").casefold() in {name.casefold() for name in others}:
            self.add_error(f"calendars.{slug}.name", _("Other hours have this name already."))

    def typed(self) -> Content:
        slug = next(iter(self.content["calendars"]))
        made = self._said(slug, self.content["calendars"][slug], self.cleaned_data)
        return made | {"default": self.cleaned_data[f"calendars.{slug}.default"]}

    def worktime(self) -> WorkCalendar | None:
        """Of what was typed, for a preview; None if it makes no sense yet."""
        try:
            made = self.typed()
            return WorkCalendar.from_dict(
                {"tz": made["timezone"], **{n: made[n] for n in ("hours", "holidays", "overrides")}}
            )
        except (WorktimeError, ValueError, KeyError):
            return None
