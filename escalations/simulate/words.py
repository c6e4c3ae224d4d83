"""A finished run in words and rows: as it runs now, beside what the draft would have made of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.templatetags.figures import percent
from contacts.models.matrix import Level
from escalations.enums import TOP, ClockKind
from escalations.models import Simulation

from .reading import SPAN

PEOPLE = 20  # named on the page
WEEKS = SPAN.days / 7


@dataclass(frozen=True)
class Line:
    """One figure on both sides; `share`: in percent."""

    label: str
    now: float
    draft: float
    share: bool = False
    more: str = ""

    @property
    def now_said(self) -> str:
        return self._said(self.now)

    @property
    def draft_said(self) -> str:
        return self._said(self.draft)

    @property
    def difference(self) -> str:
        by = round(self.draft) - round(self.now)
        if not by:
            return "="
        points = " " + _("points") if self.share else ""
        return f"{'+' if by > 0 else '−'}{number_format(abs(by), use_l10n=True, force_grouping=True)}{points}"

    @property
    def tone(self) -> str:
        by = round(self.draft) - round(self.now)
        return "is-more" if by > 0 else "is-fewer" if by < 0 else ""

    def _said(self, value: float) -> str:
        if self.share:
            return percent(round(value) / 100)
        return number_format(round(value), use_l10n=True, force_grouping=True)


class Report:
    """Beyond the sample the figures are estimates: what was counted, times how much more there is."""

    def __init__(self, simulation: Simulation, titles: Mapping[str, str]) -> None:
        assert simulation.result
        self._now, self._draft = simulation.result["now"], simulation.result["draft"]
        self._titles = titles
        self.skipped = simulation.result["skipped"]
        self.sampled, self.counted = simulation.total, simulation.counted
        self.is_estimate = simulation.total < simulation.counted
        self._times = simulation.counted / simulation.total if self.is_estimate else 1.0

    @property
    def issues(self) -> int:
        return int(self._now["issues"])

    @cached_property
    def breaches(self) -> list[Line]:
        """By clock, each with its severities."""
        keys = self._keys("breaches")
        lines = []
        for kind in ClockKind:
            mine = sorted(key for key in keys if key.split()[0] == kind.value)
            lines += [self._line(f"{kind.label} · {key.split()[1]}", self._of("breaches", key)) for key in mine]
        return lines

    @cached_property
    def all_breaches(self) -> Line:
        return self._line(_("All clocks"), self._sum("breaches"))

    @cached_property
    def rungs(self) -> list[Line]:
        keys = self._keys("told")
        return [self._line(self._rung(level), self._of("told", level)) for level in Level.values if level in keys]

    @cached_property
    def reached(self) -> list[Line]:
        """The share of issues on which a level, or one above it, was told."""
        lines = []
        for level in range(2, TOP + 1):
            now, draft = (side["reached"].get(str(level), 0) for side in (self._now, self._draft))
            if now or draft:
                share = (100 * now / max(self.issues, 1), 100 * draft / max(self.issues, 1))
                lines.append(Line(self._rung(str(level)), *share, share=True))
        return lines

    @cached_property
    def people(self) -> list[Line]:
        """Whoever gets most mail on either side."""
        sides = [{row["key"]: row for row in side["mails"]} for side in (self._now, self._draft)]
        names = {key: row["name"] for side in sides for key, row in side.items()}
        lines = [
            self._line(name, (sides[0].get(key, {}).get("n", 0), sides[1].get(key, {}).get("n", 0)), key)
            for key, name in names.items()
        ]
        return sorted(lines, key=lambda line: (-max(line.now, line.draft), line.label))

    @property
    def top_people(self) -> list[Line]:
        return self.people[:PEOPLE]

    @cached_property
    def others(self) -> list[Line]:
        """Reminders, and executives at night."""
        return [
            self._line(_("Reminders of updates owed"), (self._now["reminders"], self._draft["reminders"])),
            self.nights,
            Line(_("Different executives called at night"), self._now["woken"], self._draft["woken"]),
        ]

    @cached_property
    def nights(self) -> Line:
        return self._line(_("Calls to executives at night"), (self._now["nights"], self._draft["nights"]))

    @property
    def summary(self) -> str:
        """ "37 fewer breaches, 12 more mails a week to Vera Klein, 2 calls to executives at night instead of 9." """
        parts = [part for part in (self._breaches_said(), self._mail_said(), self._nights_said()) if part]
        if not parts:
            return _("No breach more or fewer, and nobody gets noticeably more mail or less.")
        text = ", ".join(parts)
        return f"{text[0].upper()}{text[1:]}."

    def _breaches_said(self) -> str:
        by = round(self.all_breaches.draft) - round(self.all_breaches.now)
        if by > 0:
            return ngettext("%(n)s more breach", "%(n)s more breaches", by) % {"n": by}
        if by < 0:
            return ngettext("%(n)s fewer breach", "%(n)s fewer breaches", -by) % {"n": -by}
        return ""

    def _mail_said(self) -> str:
        """Of whoever feels it most."""
        felt = max(self.people, key=lambda line: abs(line.draft - line.now), default=None)
        weekly = round((felt.draft - felt.now) / WEEKS) if felt else 0
        if not felt or not weekly:
            return ""
        names = {"n": abs(weekly), "name": felt.label}
        if weekly > 0:
            return ngettext("%(n)s more mail a week to %(name)s", "%(n)s more mails a week to %(name)s", weekly) % names
        return ngettext("%(n)s fewer mail a week to %(name)s", "%(n)s fewer mails a week to %(name)s", -weekly) % names

    def _nights_said(self) -> str:
        now, draft = round(self.nights.now), round(self.nights.draft)
        if now == draft:
            return ""
        return ngettext(
            "%(n)s call to executives at night instead of %(before)s",
            "%(n)s calls to executives at night instead of %(before)s",
            draft,
        ) % {"n": draft, "before": now}

    # -- both sides ------------------------------------------------------------------------------------------------

    def _keys(self, name: str) -> set[str]:
        return {*self._now[name], *self._draft[name]}

    def _of(self, name: str, key: str) -> tuple[int, int]:
        return self._now[name].get(key, 0), self._draft[name].get(key, 0)

    def _sum(self, name: str) -> tuple[int, int]:
        return sum(self._now[name].values()), sum(self._draft[name].values())

    def _line(self, label: str, pair: Iterable[float], more: str = "") -> Line:
        now, draft = pair
        return Line(label, now * self._times, draft * self._times, more=more)

    def _rung(self, level: str) -> str:
        title = self._titles.get(level, "")
        label = str(Level(level).label)
        return f"{label} · {title}" if title and title != label else label


def titles_of(content: Mapping[str, Any]) -> dict[str, str]:
    return {str(rung["level"]): rung["title"] for rung in content.get("rungs", [])}
