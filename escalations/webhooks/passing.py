"""A pass over the deliveries, with what the desk knows of them: which must not leave any more, and whom to tell."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.alerts import Alert, messages
from escalations.heartbeat import beat
from escalations.models import Ticket
from escalations.models.ticket import primary_key_of
from escalations.site_language import in_site_language
from escalations.webhooks.telling import may_know
from escalations.write_back import insert
from templates_app.models import WebhookDelivery, WebhookEndpoint
from templates_app.webhooks import sending


def deliver(at: datetime | None = None) -> sending.Report:
    at = at or timezone.now()
    report = sending.deliver(at, may_not_leave=withheld, gone=tell_gone, gave_up=tell_gave_up)
    beat("webhooks", at, asdict(report))
    return report


@in_site_language
def withheld(deliveries: Sequence[WebhookDelivery]) -> dict[int, str]:
    """What was written for an endpoint that may not know of the issue as it is now. One query."""
    keys = {primary_key_of(delivery.about) for delivery in deliveries if delivery.about}
    tickets = {ticket.number: ticket for ticket in Ticket.objects.filter(pk__in=keys).only("team", "confidential")}
    why = _("withheld: this endpoint may not know of the issue any more")
    known = ((delivery, tickets.get(delivery.about)) for delivery in deliveries)
    return {d.pk: why for d, ticket in known if ticket and not may_know(d.endpoint, ticket)}


@in_site_language
def tell_gone(endpoint: WebhookEndpoint, why: str, at: datetime) -> None:
    problem = _("The webhook “%(name)s” was switched off: %(why)s.") % {"name": endpoint.name, "why": why}
    to_do = _("Whoever runs it wants no more messages. If that is wrong, switch it on again under Settings, Webhooks.")
    _tell(Alert(f"webhook.gone.{endpoint.pk}", problem, to_do), at)


@in_site_language
def tell_gave_up(endpoint: WebhookEndpoint, why: str, at: datetime) -> None:
    problem = _("The webhook “%(name)s” did not take a message in ten tries: %(why)s") % {
        "name": endpoint.name,
        "why": why,
    }
    to_do = _("Look at its deliveries under Settings, Webhooks; when it works again, send what failed once more there.")
    _tell(Alert(f"webhook.failed.{endpoint.pk}", problem, to_do), at)


def _tell(alert: Alert, at: datetime) -> None:
    insert(messages([alert], at), ignore_conflicts=True)
