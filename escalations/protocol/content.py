"""What a version of the protocol says, as one JSON object; its canonical form; and the settings that run, as one.

    {"department", "critical_notice", "notes": text,
     "severities": {code: {…SEVERITY}}, "calendars": {slug: {…CALENDAR}},
     "checklist": [{"key", "action", "by_severity": {code: {"asked", "label"}}}],
     "steps", "principles", "kpis": [{"key", "title", "text"}],
     "goals": {key: number}, "rungs": [{"level", "title"}],
     "matrix": […], "templates": […]}

The last two are for the record: both have a history of their own, and no version changes them. All else is applied
when the version comes into force, and a difference in it between settings and version makes the desk provisional.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db.models import Max

from contacts.models import Contact
from contacts.models.matrix import Level
from escalations.models import Calendar, ChecklistLine, Goal, ProtocolText, Severity
from escalations.models.protocol import Section
from escalations.protocol_data.matrix import MATRIX
from templates_app.models import CommunicationTemplate

Content = dict[str, Any]

SEVERITY = (
    "name", "definition", "examples", "response_target", "resolution_target", "update_every", "calendar",
    "response_calendar", "at_risk_percent", "step", "notify_on_open", "post_mortem", "aftercare_days",
)  # fmt: skip
CALENDAR = ("name", "timezone", "hours", "holidays", "overrides", "default")
WORDS = {  # the texts that stand alone: where each is kept
    "department": (Section.OVERVIEW, "department"),
    "critical_notice": (Section.OVERVIEW, "critical-notice"),
    "notes": (Section.NOTES, "additional-notes"),
}
LISTS = {"steps": Section.STEP, "principles": Section.PRINCIPLE, "kpis": Section.KPI}
APPLIED = (*WORDS, "severities", "calendars", "checklist", *LISTS, "goals", "rungs")
RECORDED = ("matrix", "templates")
STARTING_TITLES = {str(row["level"]): str(row["title"]) for row in MATRIX}


def snapshot(contacts: Iterable[Contact] | None = None) -> Content:
    """The settings as they run at this moment. Seven queries, however much there is; six for somebody who has all of
    the matrix's rows already, with their teams."""
    texts = list(ProtocolText.objects.order_by("order", "pk"))
    rows = Contact.objects.select_related("user", "team") if contacts is None else contacts
    contacts = sorted(rows, key=lambda row: (row.level, row.team.slug if row.team else "", row.position, row.pk))
    return canonical(
        {
            **{name: _word(texts, *where) for name, where in WORDS.items()},
            "severities": {row.code: _severity(row) for row in _severities()},
            "calendars": {row.slug: {name: getattr(row, name) for name in CALENDAR} for row in Calendar.objects.all()},
            "checklist": [
                {"key": line.key, "action": line.action, "by_severity": line.by_severity}
                for line in ChecklistLine.objects.order_by("order", "pk")
            ],
            **{name: _entries(texts, section) for name, section in LISTS.items()},
            "goals": dict(Goal.objects.values_list("key", "value")),
            "rungs": _rungs(contacts),
            "matrix": [_position(contact) for contact in contacts],
            "templates": _templates(),
        }
    )


def canonical(content: Content) -> Content:
    """The same content in the one form that digests and comparisons use: whatever came back from either database, or
    from a program that sorts otherwise, gives the same."""
    made = {name: content[name] for name in (*APPLIED, *RECORDED) if name in content}
    made["severities"] = {
        code: {**row, "notify_on_open": [_level(rung) for rung in row["notify_on_open"]]}
        for code, row in sorted(content["severities"].items())
    }
    made["calendars"] = {
        slug: {**row, "holidays": sorted(set(row["holidays"]))} for slug, row in sorted(content["calendars"].items())
    }
    # PostgreSQL knows no -0.0.
    made["goals"] = {key: float(value) or 0.0 for key, value in sorted(content["goals"].items())}
    plain: Content = json.loads(_text(made))
    return plain


def digest(content: Content) -> str:
    """SHA-256 of the canonical form, in hex: what a signature stands for."""
    return hashlib.sha256(_text(canonical(content)).encode()).hexdigest()


def applied(content: Content) -> Content:
    """The part that comes into force; two versions that agree in it are the same protocol."""
    return {name: value for name, value in canonical(content).items() if name in APPLIED}


def is_same(one: Content, other: Content) -> bool:
    return _text(applied(one)) == _text(applied(other))


def _text(content: Content) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _severities() -> Iterable[Severity]:
    return Severity.objects.select_related("calendar", "response_calendar").order_by("code")


def _severity(row: Severity) -> Content:
    slugs = {name: _slug(getattr(row, name)) for name in ("calendar", "response_calendar")}
    return {name: getattr(row, name) for name in SEVERITY} | slugs


def _slug(calendar: Calendar | None) -> str | None:
    return calendar.slug if calendar else None


def _level(rung: Any) -> int | str:
    return int(rung) if str(rung).isdigit() else str(rung)


def _word(texts: Iterable[ProtocolText], section: str, key: str) -> str:
    return next((row.text for row in texts if (row.section, row.key) == (section, key)), "")


def _entries(texts: Iterable[ProtocolText], section: str) -> list[Content]:
    return [{"key": row.key, "title": row.title, "text": row.text} for row in texts if row.section == section]


def _rungs(contacts: Iterable[Contact]) -> list[Content]:
    """The title of each rung: that of its first position for everybody."""
    titles = {row.level: row.title for row in contacts if row.team_id is None and row.position == 0}
    return [{"level": level, "title": titles.get(level) or STARTING_TITLES[level]} for level in Level.values]


def _position(contact: Contact) -> Content:
    return {
        "level": contact.level,
        "team": contact.team.name if contact.team else "",
        "position": contact.position,
        "title": contact.title,
        "name": contact.person_name,
        "email": contact.address,
        "phone": contact.telephone,
    }


def _templates() -> list[Content]:
    rows = CommunicationTemplate.objects.filter(archived_at=None).annotate(kept=Max("versions__number"))
    return [{"slug": row.slug, "name": row.name, "version": row.kept} for row in rows.order_by("slug")]
