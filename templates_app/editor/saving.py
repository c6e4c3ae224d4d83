"""The one way in which a template changes: page, API, administration and `load_protocol` all come here.

Every saving that changes anything is a version. What cannot be used is refused with Django's ValidationError, which
names its parts: "name", "fields", "subject", "body", and with a language "subject.de", "body.de".
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from templates_app.editor.differences import Difference, differences
from templates_app.editor.wording import Wording, cleaned, wording_of
from templates_app.models import CommunicationTemplate, TemplateVersion, Translation
from templates_app.offered import forget
from templates_app.protocol_templates import NEEDED

LONGEST_SLUG = 50
# Names of pages that stand beside the templates' own.
RESERVED = frozenset({"new", "preview"})


class Stale(Exception):
    """Somebody was faster: `version` is theirs, `differences` what it changed."""

    def __init__(self, version: TemplateVersion, changed: list[Difference]) -> None:
        super().__init__(f"version {version.number}")
        self.version, self.differences = version, changed


class NotNow(Exception):
    """It cannot be done to this template; says why."""


@transaction.atomic
def create_template(*, wording: Mapping[str, Any], by: str, at: datetime, slug: str = "") -> CommunicationTemplate:
    """A new one, with its version 1. Without a `slug` one is made from the name."""
    clean = cleaned(wording)
    template = CommunicationTemplate(slug=slug or _free_slug(clean["name"]))
    if template.slug in RESERVED or CommunicationTemplate.objects.filter(slug=template.slug).exists():
        raise ValidationError({"slug": _("This short name is taken.")})
    _write(template, clean)
    _keep(template, 1, clean, by=by, at=at)
    return template


@transaction.atomic
def save_template(
    *,
    template: CommunicationTemplate,
    wording: Mapping[str, Any],
    by: str,
    at: datetime,
    seen: int | None = None,
    restored: int | None = None,
) -> TemplateVersion | None:
    """The new version, or None if nothing is different. `wording` may leave out parts, which stay as they are.

    `seen` is the version that the writer had before them: raises Stale if there is a newer one by now. `restored` is
    the number of the version that is taken up again.
    """
    template = CommunicationTemplate.objects.select_for_update().get(pk=template.pk)
    before, newest = wording_of(template), template.versions.first()
    latest = newest if newest and newest.wording == before else _keep_as_found(template, newest, before, at)
    if seen is not None and seen != (newest.number if newest else 0):
        known = template.versions.filter(number=seen).first()
        raise Stale(latest, differences(known.wording if known else {}, before))
    clean = cleaned(before | dict(wording))
    if clean == before:
        return None
    _write(template, clean)
    return _keep(template, latest.number + 1, clean, by=by, at=at, restored=restored)


def restore(*, template: CommunicationTemplate, number: int, by: str, at: datetime) -> TemplateVersion | None:
    """Take up an old version again, as a new one; None if it reads like that already. Raises NotNow if there is no
    such version, or if it uses a placeholder that no longer exists."""
    old = template.versions.filter(number=number).first()
    if old is None:
        raise NotNow(_("There is no version %(number)s.") % {"number": number})
    try:
        return save_template(template=template, wording=old.wording, by=by, at=at, restored=number)
    except ValidationError as error:
        raise NotNow(" ".join(error.messages)) from None


@transaction.atomic
def archive(*, template: CommunicationTemplate, at: datetime) -> None:
    """Offered no more; what was sent with it stays. Raises NotNow for one that the protocol itself sends."""
    if why := NEEDED.get(template.slug):
        raise NotNow(str(why))
    CommunicationTemplate.objects.filter(pk=template.pk, archived_at=None).update(archived_at=at)
    template.refresh_from_db(fields=["archived_at"])
    forget()


@transaction.atomic
def unarchive(*, template: CommunicationTemplate) -> None:
    CommunicationTemplate.objects.filter(pk=template.pk).update(archived_at=None)
    template.archived_at = None
    forget()


@transaction.atomic
def delete(*, template: CommunicationTemplate, is_used: bool) -> None:
    """For good, with its versions. Raises NotNow if a message was ever sent with it, or if the protocol needs it."""
    if why := NEEDED.get(template.slug):
        raise NotNow(str(why))
    if is_used:
        raise NotNow(_("Customers were written to with it, so it can only be archived."))
    template.delete()
    forget()


def latest_number(template: CommunicationTemplate) -> int:
    """0 while nobody has kept a version."""
    return template.versions.values_list("number", flat=True).first() or 0


def _keep_as_found(
    template: CommunicationTemplate, newest: TemplateVersion | None, now: Wording, at: datetime
) -> TemplateVersion:
    """What came in by another way becomes a version, too, before it is written over."""
    return _keep(template, newest.number + 1 if newest else 1, now, by="", at=at)


def _write(template: CommunicationTemplate, clean: Wording) -> None:
    for name in ("name", "severities", "fields", "subject", "body"):
        setattr(template, name, clean[name])
    template.save()
    template.translations.exclude(language__in=clean["translations"]).delete()
    for language, texts in clean["translations"].items():
        Translation.objects.update_or_create(template=template, language=language, defaults=texts)
    forget()


def _keep(
    template: CommunicationTemplate,
    number: int,
    wording: Wording,
    *,
    by: str,
    at: datetime,
    restored: int | None = None,
) -> TemplateVersion:
    return TemplateVersion.objects.create(
        template=template, number=number, wording=wording, by_name=by[:160], at=at, restored=restored
    )


def _free_slug(name: str) -> str:
    start = slugify(name)[: LONGEST_SLUG - 5].strip("-") or "template"
    taken = set(CommunicationTemplate.objects.filter(slug__startswith=start).values_list("slug", flat=True)) | RESERVED
    return next(slug for n in range(1, len(taken) + 2) if (slug := start if n == 1 else f"{start}-{n}") not in taken)
