"""Gives a new desk the Escalation Protocol to start with."""

from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import models, transaction
from django.utils import timezone

from contacts.models import Contact
from contacts.models.history import Source
from contacts.rungs import save_contact
from escalations.actors import ENGINE
from escalations.models import Calendar, ChecklistLine, ProtocolText, Severity
from escalations.models.protocol import Section
from escalations.protocol.force import settings_changed
from escalations.protocol_data.calendars import CALENDARS
from escalations.protocol_data.checklist import CHECKLIST
from escalations.protocol_data.flow import STEPS
from escalations.protocol_data.kpis import KPIS
from escalations.protocol_data.matrix import MATRIX
from escalations.protocol_data.overview import NOTES, OVERVIEW
from escalations.protocol_data.principles import PRINCIPLES
from escalations.protocol_data.severities import SEVERITIES
from templates_app.editor import starting

TEXTS = {
    Section.OVERVIEW: OVERVIEW,
    Section.KPI: KPIS,
    Section.STEP: STEPS,
    Section.PRINCIPLE: PRINCIPLES,
    Section.NOTES: NOTES,
}


class Command(BaseCommand):
    help = "Load the escalation protocol, once: what people changed or deleted afterwards stays as they left it."
    stealth_options = ("at",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--restore", action="store_true", help="bring back what is missing, also what was deleted on purpose"
        )

    def handle(self, *args: Any, restore: bool = False, at: datetime | None = None, **options: Any) -> None:
        at = at or timezone.now()
        with transaction.atomic():
            # The severities are the mark: they come with the first loading, and no desk works without any.
            was_there = Severity.objects.exists() and not restore
            added = [line for line in ([] if was_there else load(at)) if line]
            if names := starting.translate(by=ENGINE, at=at):
                added.append(_added("translations of templates that nobody has changed", names))
            settings_changed(None, at, begin=True)
        nothing = (
            "The protocol was loaded before, and now it is yours: nothing was added."
            if was_there
            else "The protocol is complete: nothing was missing."
        )
        self._say("\n".join(added) or nothing, options)

    def _say(self, text: str, options: dict[str, Any]) -> None:
        if options["verbosity"]:
            self.stdout.write(text)


def load(at: datetime) -> list[str]:
    """Add the rows that are missing and change none; a line for each kind that grew."""
    return [
        _added("calendars", [_calendar(row) for row in CALENDARS]),
        _added("severities", [_severity(row) for row in SEVERITIES]),
        _added("rungs of the contact matrix", [_rung(row, at) for row in MATRIX]),
        _added("templates", starting.add_missing(by=ENGINE, at=at)),
        _added("checklist lines", _checklist()),
        *[_added(section.label.lower(), _texts(section, rows)) for section, rows in TEXTS.items()],
    ]


def _calendar(row: dict[str, Any]) -> str:
    default = row["default"] and not Calendar.objects.filter(default=True).exists()
    return _add(Calendar, {"slug": row["slug"]}, row | {"timezone": settings.TIME_ZONE, "default": default})


def _severity(row: dict[str, Any]) -> str:
    calendars = {name: _calendar_called(row[name]) for name in ("calendar", "response_calendar")}
    return _add(Severity, {"code": row["code"]}, row | calendars)


def _calendar_called(slug: str | None) -> Calendar | None:
    return Calendar.objects.get(slug=slug) if slug else None


def _rung(row: dict[str, Any], at: datetime) -> str:
    """The title of a rung that nobody stands on yet, if there was none."""
    if Contact.objects.filter(level=row["level"], team=None, position=0).exists():
        return ""
    return save_contact(Contact(**row), by=None, at=at, source=Source.ADMIN).title


def _checklist() -> list[str]:
    return [_add(ChecklistLine, {"key": row["key"]}, row | {"order": n}) for n, row in enumerate(CHECKLIST, 1)]


def _texts(section: Section, rows: Iterable[tuple[str, str, str]]) -> list[str]:
    return [
        _add(ProtocolText, {"section": section, "key": key}, {"order": n, "title": title, "text": text})
        for n, (key, title, text) in enumerate(rows, 1)
    ]


def _add(model: type[models.Model], identity: dict[str, Any], values: dict[str, Any]) -> str:
    """The name of the row if it was added, else ""."""
    row, added = model._default_manager.get_or_create(**identity, defaults=values)
    return getattr(row, "title", str(row)) if added else ""


def _added(what: str, names: Iterable[str]) -> str:
    new = [name for name in names if name]
    return f"Added {what}: {', '.join(new)}" if new else ""
