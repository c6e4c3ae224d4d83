"""The protocol as people read it: a version's content in words, section by section, in the order of the document."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.templatetags.figures import dated, percent
from contacts.models.matrix import Level
from escalations.durations import Target, TargetError
from escalations.models.severity import PostMortem
from escalations.opening_hours import WEEKDAYS
from escalations.protocol.goals import goal_said, named_goals

Content = dict[str, Any]

# (anchor, heading): the ten sections, in the protocol's order.
SECTIONS = [
    ("overview", gettext_lazy("Protocol overview")),
    ("metrics", gettext_lazy("Escalation metrics")),
    ("severities", gettext_lazy("Severity levels")),
    ("flow", gettext_lazy("Escalation flow")),
    ("matrix", gettext_lazy("Escalation contact matrix")),
    ("templates", gettext_lazy("Communication templates")),
    ("checklist", gettext_lazy("Escalation response checklist")),
    ("principles", gettext_lazy("Best practices and guidelines")),
    ("notes", gettext_lazy("Additional notes and customisations")),
    ("sign-off", gettext_lazy("Sign-off")),
]


@dataclass(frozen=True)
class Grade:
    """A severity in words. `terms` are (label, what holds)."""

    code: str
    name: str
    definition: str
    examples: list[str]
    response: str
    resolution: str
    terms: list[tuple[str, str]]


@dataclass(frozen=True)
class Hours:
    """Opening hours in words: `days` are (days, from to), alike days together."""

    slug: str
    name: str
    zone: str
    days: list[tuple[str, str]]
    holidays: list[str]
    exceptions: list[tuple[str, str]]


@dataclass(frozen=True)
class Task:
    action: str
    cells: list[tuple[str, str, str]]  # severity, required | if_needed | no, in words


@dataclass(frozen=True)
class Sheet:
    """All of a version's content that people read."""

    department: str
    critical_notice: str
    notes: str
    grades: list[Grade]
    calendars: list[Hours]
    steps: list[dict[str, str]]
    principles: list[dict[str, str]]
    cards: list[dict[str, str]]
    goals: list[tuple[str, str]]
    tasks: list[Task]
    rungs: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, content: Content) -> "Sheet":
        """Whatever stands in `content`: it was checked when it was kept, and a draft may still say odd things."""
        goals, kpis = content.get("goals", {}), content.get("kpis", [])
        return cls(
            department=content.get("department", ""),
            critical_notice=content.get("critical_notice", ""),
            notes=content.get("notes", ""),
            grades=[_grade(code, each, content) for code, each in sorted(content.get("severities", {}).items())],
            calendars=[_hours(slug, each) for slug, each in sorted(content.get("calendars", {}).items())],
            steps=content.get("steps", []),
            principles=content.get("principles", []),
            cards=[each | {"goal": goal_said(each["key"], goals.get(each["key"]))} for each in kpis],
            goals=named_goals(goals, {each["key"] for each in kpis}),
            tasks=[_task(each, sorted(content.get("severities", {}))) for each in content.get("checklist", [])],
            rungs=[(level_said(each["level"]), each["title"]) for each in content.get("rungs", [])],
        )


def target_said(text: str) -> str:
    """ "15m" as "15 min"; what is no target stays as it was written."""
    try:
        return Target.parse(text).label()
    except TargetError:
        return text


def level_said(level: object) -> str:
    name = str(level)
    return str(Level(name).label) if name in Level.values else name


def _grade(code: str, said: dict[str, Any], content: Content) -> Grade:
    calendars = content.get("calendars", {})

    def when(slug: str | None) -> str:
        if not slug:
            return _("around the clock")
        return _("in %(calendar)s") % {"calendar": calendars.get(slug, {}).get("name", slug)}

    update, every = said["update_every"], _("every %(span)s")
    told = ", ".join(level_said(each) for each in said["notify_on_open"])
    return Grade(
        code=code,
        name=said["name"],
        definition=said["definition"],
        examples=list(said["examples"]),
        response=target_said(said["response_target"]),
        resolution=target_said(said["resolution_target"]),
        terms=[
            (_("First response counts"), when(said["response_calendar"])),
            (_("Everything else counts"), when(said["calendar"])),
            (_("Update to the customer"), every % {"span": target_said(update)} if update else _("as promised")),
            (_("Warned"), _("after %(share)s of the time") % {"share": percent(said["at_risk_percent"] / 100)}),
            (_("Told when logged"), told or _("the owner alone")),
            (_("After a breach, one level up every"), target_said(said["step"])),
            (_("Post-mortem"), str(dict(PostMortem.choices).get(said["post_mortem"], said["post_mortem"]))),
            (_("Account watched after the fix"), _days(said["aftercare_days"])),
        ],
    )  # fmt: skip


def _days(days: int) -> str:
    return _("%(n)s days") % {"n": days} if days else _("Not asked for")


def _hours(slug: str, said: dict[str, Any]) -> Hours:
    exceptions = [(_date(day), spans_said(spans)) for day, spans in sorted(said["overrides"].items())]
    return Hours(
        slug=slug,
        name=said["name"],
        zone=said["timezone"],
        days=_week(said["hours"]),
        holidays=[_date(day) for day in sorted(said["holidays"])],
        exceptions=exceptions,
    )


def _week(hours: dict[str, Any] | None) -> list[tuple[str, str]]:
    """Neighbouring days of the same hours stand on one line: "Mon - Fri"."""
    if hours is None:
        return [(_("Every day"), _("around the clock"))]
    runs: list[tuple[int, int, str]] = []
    for number, name in enumerate(WEEKDAYS):
        text = spans_said(hours.get(name, []))
        if runs and runs[-1][2] == text:
            runs[-1] = (runs[-1][0], number, text)
        else:
            runs.append((number, number, text))
    return [(_run(first, last), text) for first, last, text in runs]


def _run(first: int, last: int) -> str:
    names = [str(WEEKDAYS_ABBR[first]), str(WEEKDAYS_ABBR[last])]
    return names[0] if first == last else "\N{EN DASH}".join(names)


def spans_said(spans: Iterable[Iterable[str]]) -> str:
    return ", ".join("\N{EN DASH}".join(pair) for pair in spans) or _("closed")


def _date(text: str) -> str:
    try:
        return dated(date.fromisoformat(text))
    except ValueError:
        return text


def _task(said: dict[str, Any], codes: list[str]) -> Task:
    return Task(said["action"], [(code, *asked_said(said["by_severity"].get(code, {}))) for code in codes])


def asked_said(cell: dict[str, str]) -> tuple[str, str]:
    """What a severity asks of a line: (required | if_needed | no, in words)."""
    asked, label = cell.get("asked", "no"), cell.get("label", "")
    if asked == "no":
        return asked, _("no")
    return asked, label or (_("yes") if asked == "required" else _("if needed"))
