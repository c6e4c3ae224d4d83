"""Which of the communication templates (Escalation Protocol, section 6) is for what, and what a writer fills in."""

from collections.abc import Mapping

from django.core.cache import cache
from django.utils.translation import gettext as _

from escalations.errors import Invalid
from escalations.models.ticket import Ticket
from templates_app.models import CommunicationTemplate
from templates_app.placeholders import PLACEHOLDERS

REMEMBERED = 60  # seconds
ACKNOWLEDGEMENT, UPDATE, RESOLUTION = "acknowledgement", "status-update", "resolution"
# What a template calls it, and what the verb calls it.
ARGUMENTS = {"work_completed": "summary"}
# What only a person can know; the rest is taken from the ticket.
TYPED = ("issue", "work_completed", "next_steps", "expected_resolution", "root_cause", "solution", "prevention")


def offered(ticket: Ticket) -> list[CommunicationTemplate]:
    """The wordings for an update about this ticket, the protocol's own first."""
    # They change now and then, and every page of a ticket lists them. What is sent is read anew.
    rest = cache.get_or_set("wording.updates", _for_updates, REMEMBERED) or []
    fit = [each for each in rest if not each.severities or ticket.severity_id in each.severities]
    return sorted(fit, key=lambda each: each.slug != UPDATE)


def _for_updates() -> list[CommunicationTemplate]:
    return list(CommunicationTemplate.objects.exclude(slug__in=(ACKNOWLEDGEMENT, RESOLUTION)).order_by("pk"))


def argument(name: str) -> str:
    """The verb's name for a template's field."""
    return ARGUMENTS.get(name, name)


def typed_fields(template: CommunicationTemplate) -> list[dict]:
    """What the writer fills in: [{"name", "label", "required"}]."""
    return [field for field in template.fields if field["name"] in TYPED]


def must_fit(slug: str, written: Mapping[str, str]) -> None:
    """Raises Invalid, by the verb's names, if there is no such template, if it has no place for something that was
    written, or if something that it requires is missing."""
    template = CommunicationTemplate.objects.filter(slug=slug).first()
    if template is None:
        if slug == UPDATE:
            return  # an installation without templates records updates that were given by phone
        raise Invalid(template=_("There is no template called “%(slug)s”.") % {"slug": slug[:60]})
    unknown = [name for name, text in written.items() if text and name not in PLACEHOLDERS]
    if unknown:
        raise Invalid(**{argument(name): _("This is not a placeholder of any template.") for name in unknown})
    required = [field["name"] for field in typed_fields(template) if field.get("required", True)]
    missing = [name for name in required if not str(written.get(name) or "").strip()]
    if missing:
        raise Invalid(**{argument(name): _("Please fill this in.") for name in missing})
