"""Fetching a template, and what its pages say about it."""

from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404
from django.utils.translation import gettext as _

from templates_app.languages import languages_of, name_of
from templates_app.models import CommunicationTemplate, TemplateVersion
from templates_app.protocol_templates import NEEDED


def known() -> QuerySet[CommunicationTemplate]:
    """With their translations, and who changed them last."""
    newest = TemplateVersion.objects.filter(template=OuterRef("pk")).order_by("-number")
    return CommunicationTemplate.objects.prefetch_related("translations").annotate(
        version=Subquery(newest.values("number")[:1]),
        changed_at=Subquery(newest.values("at")[:1]),
        changed_by=Subquery(newest.values("by_name")[:1]),
    )


def template_or_404(slug: str) -> Any:
    template = known().filter(slug=slug).first()
    if template is None:
        raise Http404(_("There is no template called “%(slug)s”.") % {"slug": slug})
    return template


def row_of(template: Any, used: dict[str, int]) -> dict[str, Any]:
    has = languages_of(template)
    return {
        "template": template,
        "is_protocol": template.slug in NEEDED,
        "languages": [name_of(code) for code in has],
        "missing": [name for code, name in settings.LANGUAGES if code not in has],
        "used": used.get(template.slug, 0),
    }
