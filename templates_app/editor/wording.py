"""All of a template as one value: what a form gives, what a version keeps, what is compared."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from templates_app import plain
from templates_app.models import CommunicationTemplate
from templates_app.placeholders import PLACEHOLDERS, placeholders, validate_wording

# {"name", "severities", "fields", "subject", "body", "translations": {language: {"subject", "body"}}}
Wording = dict[str, Any]

LONGEST = {"name": 120, "subject": 200, "body": 20_000, "label": 120}  # characters
MOST_FIELDS = 30


def wording_of(template: CommunicationTemplate) -> Wording:
    return {
        "name": template.name,
        "severities": list(template.severities),
        "fields": [dict(field) for field in template.fields],
        "subject": template.subject,
        "body": template.body,
        "translations": {
            each.language: {"subject": each.subject, "body": each.body} for each in template.translations.all()
        },
    }


def used_in(wording: Mapping[str, Any]) -> list[str]:
    """Every placeholder of every language, in the order of first use."""
    texts = [wording, *wording.get("translations", {}).values()]
    return placeholders("\n".join(f"{each.get('body', '')}\n{each.get('subject', '')}" for each in texts))


def part(name: str, language: str = "") -> str:
    """How errors and forms call a text: "body", or "body.de"."""
    return f"{name}.{language}" if language else name


def cleaned(wording: Mapping[str, Any]) -> Wording:
    """Ready to be kept: no control character, no line break in a subject. Raises ValidationError, by parts."""
    problems: dict[str, list[ValidationError]] = {}
    clean: Wording = {
        "name": plain.one_line(wording["name"]),
        "severities": list(dict.fromkeys(wording.get("severities", []))),
        "fields": [_field(each) for each in wording.get("fields", [])][:MOST_FIELDS],
        **_text(wording, "", problems),
        "translations": {
            language: _text(texts, language, problems) for language, texts in _translations(wording, problems)
        },
    }
    if plain.is_blank(clean["name"]):
        problems["name"] = [ValidationError(_("Please fill this in."))]
    elif len(clean["name"]) > LONGEST["name"]:
        problems["name"] = [_too_long("name")]
    if any(each["name"] not in PLACEHOLDERS for each in clean["fields"]):
        problems["fields"] = [ValidationError(_("This is not a placeholder."))]
    if problems:
        raise ValidationError(problems)
    return clean


def _translations(wording: Mapping[str, Any], problems: dict[str, list[ValidationError]]) -> list[tuple[str, Any]]:
    """Those that have words in them; a language left empty is one that is missing."""
    given = wording.get("translations", {})
    known = {code for code, _name in settings.LANGUAGES} - {settings.LANGUAGE_CODE}
    for language in set(given) - known:
        problems[part("translations", language)] = [ValidationError(_("This desk does not use that language."))]
    order = [code for code, _name in settings.LANGUAGES if code in known and code in given]
    return [
        (code, given[code])
        for code in order
        if not all(plain.is_blank(given[code].get(name)) for name in ("subject", "body"))
    ]


def _text(texts: Mapping[str, Any], language: str, problems: dict[str, list[ValidationError]]) -> dict[str, str]:
    clean = {"subject": plain.one_line(texts.get("subject")), "body": plain.lines(texts.get("body"))}
    for name, text in clean.items():
        if plain.is_blank(text):
            problems[part(name, language)] = [ValidationError(_("Please fill this in."))]
        elif len(text) > LONGEST[name]:
            problems[part(name, language)] = [_too_long(name)]
        else:
            try:
                validate_wording(text)
            except ValidationError as error:
                problems[part(name, language)] = error.error_list
    return clean


def _too_long(name: str) -> ValidationError:
    return ValidationError(_("Keep it under %(most)s characters."), params={"most": LONGEST[name]})


def _field(given: Mapping[str, Any]) -> dict[str, Any]:
    label = plain.shorten(plain.one_line(given.get("label")), LONGEST["label"])
    name = str(given["name"])
    return {
        "name": name,
        "label": label or str(PLACEHOLDERS.get(name, name)),
        "required": bool(given.get("required", True)),
    }
