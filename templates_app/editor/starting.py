"""What a desk starts with: the protocol's three templates, with what translates them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from templates_app.editor.saving import create_template, save_template
from templates_app.editor.wording import wording_of
from templates_app.models import CommunicationTemplate
from templates_app.protocol_templates import PROTOCOL_TEMPLATES, TRANSLATIONS


def add_missing(*, by: str, at: datetime) -> list[str]:
    """Names of the templates that were added."""
    known = set(CommunicationTemplate.objects.values_list("slug", flat=True))
    return [_add(row, by=by, at=at) for row in PROTOCOL_TEMPLATES if row["slug"] not in known]


def translate(*, by: str, at: datetime) -> list[str]:
    """Names of those that were translated: only where the words are ours and nobody ever saved others, so that a
    translation that somebody took away does not come back."""
    done = []
    ours = {str(row["slug"]): row for row in PROTOCOL_TEMPLATES}
    untouched = CommunicationTemplate.objects.filter(slug__in=ours).exclude(versions__number__gt=1)
    for template in untouched.prefetch_related("translations"):
        wording, row = wording_of(template), ours[template.slug]
        missing = {code: texts for code, texts in _translations(row).items() if code not in wording["translations"]}
        if missing and (wording["subject"], wording["body"]) == (row["subject"], row["body"]):
            save_template(template=template, wording={"translations": wording["translations"] | missing}, by=by, at=at)
            done.append(template.name)
    return done


def _add(row: Mapping[str, Any], *, by: str, at: datetime) -> str:
    wording = {name: value for name, value in row.items() if name != "slug"}
    return create_template(slug=row["slug"], wording=wording | {"translations": _translations(row)}, by=by, at=at).name


def _translations(row: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    return {code: texts[row["slug"]] for code, texts in TRANSLATIONS.items() if row["slug"] in texts}
