"""Which of the communication templates (Escalation Protocol, section 6) is for what, and what a writer fills in."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count
from django.utils.translation import gettext as _

from escalations.enums import EventKind
from escalations.errors import Invalid
from escalations.models import Event
from escalations.models.ticket import Ticket
from templates_app import offered as templates
from templates_app.languages import Worded, languages_of
from templates_app.models import CommunicationTemplate, Notification
from templates_app.placeholders import PLACEHOLDERS, TYPED

ACKNOWLEDGEMENT, UPDATE, RESOLUTION = "acknowledgement", "status-update", "resolution"
# The verb that sends it; every other template is an update.
VERBS = {ACKNOWLEDGEMENT: "acknowledge", RESOLUTION: "resolve"}
# What a template calls it, and what the verb calls it.
ARGUMENTS = {"work_completed": "summary"}
LATELY = timedelta(days=90)
COUNTED_FOR = 600  # seconds


def offered(ticket: Ticket) -> list[CommunicationTemplate]:
    """The wordings for an update about this ticket, the protocol's own first."""
    rest = [each for each in templates.offered() if each.slug not in VERBS]
    fit = [each for each in rest if not each.severities or ticket.severity_id in each.severities]
    return sorted(fit, key=lambda each: each.slug != UPDATE)


def verb_of(slug: str) -> str:
    return VERBS.get(slug, "send_update")


def argument(name: str) -> str:
    """The verb's name for a template's field."""
    return ARGUMENTS.get(name, name)


def typed_fields(template: CommunicationTemplate | Worded) -> list[dict]:
    """What the writer fills in: [{"name", "label", "required"}]."""
    return [field for field in template.fields if field["name"] in TYPED]


def language_for(ticket: Ticket, template: CommunicationTemplate | None, chosen: str = "") -> str:
    """The language of a message: what the writer chose, else the customer's, else the site's; of those that the
    template has."""
    known = languages_of(template) if template else []
    return next((code for code in (chosen, ticket.customer.language) if code in known), settings.LANGUAGE_CODE)


def must_fit(slug: str, written: Mapping[str, str]) -> None:
    """Raises Invalid, by the verb's names, if there is no such template, if it has no place for something that was
    written, or if something that it requires is missing."""
    template = CommunicationTemplate.objects.filter(slug=slug).first()
    if template is None:
        if slug == UPDATE:
            return  # an installation without templates records updates that were given by phone
        raise Invalid(template=_("There is no template called “%(slug)s”.") % {"slug": slug[:60]})
    if template.archived_at:
        raise Invalid(template=_("“%(name)s” was put into the archive. Choose another one.") % {"name": template.name})
    unknown = [name for name, text in written.items() if text and name not in PLACEHOLDERS]
    if unknown:
        raise Invalid(**{argument(name): _("This is not a placeholder of any template.") for name in unknown})
    required = [field["name"] for field in typed_fields(template) if field.get("required", True)]
    missing = [name for name in required if not str(written.get(name) or "").strip()]
    if missing:
        raise Invalid(**{argument(name): _("Please fill this in.") for name in missing})


def used_lately(at: datetime) -> dict[str, int]:
    """How many messages to customers each template made in the last 90 days, copies not counted; ten minutes old at
    most."""
    counts: dict[str, int] | None = cache.get("templates.used")
    if counts is None:
        sent = Notification.objects.filter(kind="customer", created_at__gt=at - LATELY, context__copy=False)
        counts = dict(sent.order_by().values_list("context__template").annotate(n=Count("pk")))
        cache.set("templates.used", counts, COUNTED_FOR)
    return counts


def is_used(template: CommunicationTemplate) -> bool:
    """A customer was written to with it, or told with its words by phone."""
    told = Event.objects.filter(kind=EventKind.UPDATE_SENT, data__template=template.slug)
    return Notification.objects.filter(kind="customer", context__template=template.slug).exists() or told.exists()
