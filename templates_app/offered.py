"""The templates that a writer may choose from: read once a minute, since every page of a ticket lists them."""

from typing import Any

from django.core.cache import cache
from django.db.models import F

from templates_app.models import CommunicationTemplate, Translation

KEY, REMEMBERED = "templates.offered", 60  # seconds


def offered() -> list[CommunicationTemplate]:
    """All that are not archived, with their translations, oldest first. What is sent is read anew."""
    return cache.get_or_set(KEY, _read, REMEMBERED) or []


def forget() -> None:
    """Somebody has changed one: the next page reads them again."""
    cache.delete(KEY)


def _read() -> list[CommunicationTemplate]:
    """In one query: a row for each translation, and one for a template that has none."""
    words = {f"in_{name}": F(f"translations__{name}") for name in ("language", "subject", "body")}
    rows: Any = CommunicationTemplate.objects.filter(archived_at=None).annotate(**words)
    known: dict[int, Any] = {}
    for row in rows.order_by("pk", "in_language"):
        template: Any = known.setdefault(row.pk, row)
        template.translated = getattr(template, "translated", [])
        if row.in_language:
            template.translated.append(
                Translation(language=row.in_language, subject=row.in_subject, body=row.in_body, template_id=row.pk)
            )
    return list(known.values())
