"""A template in the language of a customer."""

from dataclasses import dataclass

from django.conf import settings

from templates_app.models import CommunicationTemplate, Translation


@dataclass(frozen=True)
class Worded:
    """What is rendered: one language's wording, with the fields that every language shares."""

    language: str
    subject: str
    body: str
    fields: list[dict]


def name_of(language: str) -> str:
    """What people call it, in its own words: "Deutsch"."""
    return dict(settings.LANGUAGES).get(language, language)


def languages_of(template: CommunicationTemplate) -> list[str]:
    """The codes that it can be sent in, the site's own first."""
    known = {code for code, _name in settings.LANGUAGES}
    return [settings.LANGUAGE_CODE, *(each.language for each in translations_of(template) if each.language in known)]


def in_language(template: CommunicationTemplate, wanted: str) -> Worded:
    """The wording in `wanted`, or in the site's language while nobody has translated it."""
    if wanted != settings.LANGUAGE_CODE and wanted in languages_of(template):
        found = next(each for each in translations_of(template) if each.language == wanted)
        return Worded(wanted, found.subject, found.body, template.fields)
    return Worded(settings.LANGUAGE_CODE, template.subject, template.body, template.fields)


def translations_of(template: CommunicationTemplate) -> list[Translation]:
    """Those that came along with it (`templates_app.offered`), else the database's."""
    known: list[Translation] | None = getattr(template, "translated", None)
    return list(template.translations.all()) if known is None else known
