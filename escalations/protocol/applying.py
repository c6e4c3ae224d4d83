"""The settings become what a version says. Set-based, idempotent; clocks that run keep their targets and hours."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from contacts.models import Contact
from contacts.models.history import Source
from contacts.rungs import save_contact
from escalations.models import Calendar, ChecklistLine, Goal, ProtocolText, Severity
from escalations.models.protocol import Section

from .content import CALENDAR, LISTS, SEVERITY, STARTING_TITLES, WORDS, Content, canonical


@transaction.atomic
def apply(content: Content, at: datetime) -> None:
    """What is for the record alone is left as it is."""
    content = canonical(content)
    calendars = _calendars(content["calendars"])
    _severities(content["severities"], calendars)
    _remove_calendars(content["calendars"])
    _checklist(content["checklist"])
    _texts(content)
    _goals(content["goals"])
    _rungs(content["rungs"], at)


def _calendars(wanted: dict[str, Content]) -> dict[str, Calendar]:
    """Those that are wanted, by slug. Clocks that count in hours as they were keep them: see `Calendar.revise`."""
    there = {row.slug: row for row in Calendar.objects.all()}
    default = {slug for slug, row in wanted.items() if row["default"]}
    Calendar.objects.filter(default=True).exclude(slug__in=default).update(default=False)
    for slug, values in wanted.items():
        row = there.get(slug) or Calendar(slug=slug)
        now = {name: getattr(row, name) for name in CALENDAR}
        if slug in there and now | {"holidays": sorted(set(row.holidays))} == values:
            continue
        for name, value in values.items():
            setattr(row, name, value)
        if slug in there:
            row.revise()
        else:
            row.save()
            there[slug] = row
    return there


def _remove_calendars(wanted: dict[str, Content]) -> None:
    """Hours that clocks count in stay with them, retired."""
    for row in Calendar.objects.exclude(slug__in=wanted):
        if row.has_clocks():
            row.slug, row.default, row.retired = f"{row.slug[:40]}~{row.pk}", False, True
            row.save()
        else:
            row.delete()


def _severities(wanted: dict[str, Content], calendars: dict[str, Calendar]) -> None:
    rows = list(Severity.objects.filter(code__in=wanted))
    for row in rows:
        for name, value in wanted[row.code].items():
            setattr(row, name, calendars[value] if value and name.endswith("calendar") else value)
    Severity.objects.bulk_update(rows, SEVERITY)


def _checklist(wanted: list[Content]) -> None:
    """Lines that were marked on issues stay with their marks, retired; one that comes back has them again."""
    there = {row.key: row for row in ChecklistLine.every.all()}
    made = [_line(there.get(line["key"]), line, order) for order, line in enumerate(wanted, 1)]
    ChecklistLine.every.bulk_create([row for row in made if row.pk is None])
    ChecklistLine.every.bulk_update([row for row in made if row.pk], ["order", "action", "by_severity", "retired"])
    gone: QuerySet[Any] = ChecklistLine.objects.exclude(key__in=[line["key"] for line in wanted])
    gone.filter(marks=None).delete()
    gone.update(retired=True)


def _line(row: ChecklistLine | None, line: Content, order: int) -> ChecklistLine:
    row = row or ChecklistLine(key=line["key"])
    row.order, row.action, row.by_severity, row.retired = order, line["action"], line["by_severity"], False
    return row


def _texts(content: Content) -> None:
    there = {(row.section, row.key): row for row in ProtocolText.objects.all()}
    made = [_alone(there.get(place), place, content[name]) for name, place in WORDS.items()]
    for name, section in LISTS.items():
        rows = content[name]
        made += [_entry(there.get((section, row["key"])), section, row, order) for order, row in enumerate(rows, 1)]
        ProtocolText.objects.filter(section=section).exclude(key__in=[row["key"] for row in rows]).delete()
    ProtocolText.objects.bulk_create([row for row in made if row.pk is None])
    ProtocolText.objects.bulk_update([row for row in made if row.pk], ["order", "title", "text"])


def _alone(row: ProtocolText | None, place: tuple[Section, str], text: str) -> ProtocolText:
    section, key = place
    row = row or ProtocolText(section=section, key=key, title=key.replace("-", " ").capitalize())
    row.text = text
    return row


def _entry(row: ProtocolText | None, section: str, entry: Content, order: int) -> ProtocolText:
    row = row or ProtocolText(section=section, key=entry["key"])
    row.order, row.title, row.text = order, entry["title"], entry["text"]
    return row


def _goals(wanted: dict[str, float]) -> None:
    Goal.objects.exclude(key__in=wanted).delete()
    rows = [Goal(key=key, value=value) for key, value in wanted.items()]
    Goal.objects.bulk_create(rows, update_conflicts=True, unique_fields=["key"], update_fields=["value"])


def _rungs(wanted: list[Content], at: datetime) -> None:
    """The title of each rung's first position for everybody; who stands there stays."""
    first = Contact.objects.filter(team=None, position=0).select_related("user")
    there = {row.level: row for row in first}
    for rung in wanted:
        row = there.get(rung["level"])
        if row is None and rung["title"] != STARTING_TITLES[rung["level"]]:
            row = Contact(level=rung["level"], position=0)
        if row and row.title != rung["title"]:
            row.title = rung["title"]
            save_contact(row, by=None, at=at, source=Source.ADMIN)
