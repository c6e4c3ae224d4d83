"""Targets as people write them: "15m", "4h", "5bd" (Escalation Protocol, section 3: severity levels)."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Self, cast

from django.utils.translation import npgettext

from escalations.worktime import WorkCalendar

Unit = Literal["m", "h", "bd"]
TEN_YEARS: dict[Unit, int] = {"m": 3653 * 24 * 60, "h": 3653 * 24, "bd": 2610}
FORMS = 'a target is a whole number of minutes, hours or business days, such as "15m", "4h" or "5bd"'


class TargetError(ValueError):
    """Text or numbers that make no target; the message says what does."""


@dataclass(frozen=True)
class Target:
    """An amount of time to answer or solve something in, from one minute to ten years."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in TEN_YEARS or type(self.amount) is not int or self.amount < 1:
            raise TargetError(f"{self}: {FORMS}")
        if self.amount > TEN_YEARS[self.unit]:
            raise TargetError(f"{self}: more than ten years; {FORMS}")

    @classmethod
    def parse(cls, text: str) -> Self:
        match = re.fullmatch(r"([0-9]{1,8})(m|h|bd)", text) if isinstance(text, str) else None
        if not match:
            raise TargetError(f"{text!r}: {FORMS}")
        return cls(int(match[1]), cast(Unit, match[2]))

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    def label(self) -> str:
        """In the reader's language: "15 min", "5 business days"."""
        match self.unit:
            case "m":
                words = npgettext("target", "%(n)s min", "%(n)s min", self.amount)
            case "h":
                words = npgettext("target", "%(n)s h", "%(n)s h", self.amount)
            case "bd":
                words = npgettext("target", "%(n)s business day", "%(n)s business days", self.amount)
        return words % {"n": self.amount}

    def budget(self, start: datetime, calendar: WorkCalendar) -> timedelta:
        """The calendar's own working time, always above zero, that the target allows from `start` on.

        Business days end at the wall time of `start`. Where that leaves no working time (Saturday 08:00 and one
        business day make Monday 08:00, before the opening), the budget runs to the end of that date's hours instead:
        nothing is born breached.
        """
        match self.unit:
            case "m":
                return timedelta(minutes=self.amount)
            case "h":
                return timedelta(hours=self.amount)
            case "bd":
                due = calendar.add_business_days(start, self.amount)
                return calendar.between(start, due) or self._to_closing(start, calendar)

    def _to_closing(self, start: datetime, calendar: WorkCalendar) -> timedelta:
        return calendar.between(start, calendar.closing(calendar.working_date(start, self.amount)))
