"""What administrators do with endpoints, each written into the record of changes. Pages and the API come here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.desk_changes import differences, record
from contacts.models import User
from contacts.models.changes import Act, Area
from contacts.models.history import Source
from escalations.webhooks.kinds import KINDS
from templates_app import outgoing
from templates_app.models import WebhookEndpoint
from templates_app.webhooks import endpoints

LABELS = {
    "name": gettext_lazy("name"),
    "url": gettext_lazy("address"),
    "kinds": gettext_lazy("events"),
    "team": gettext_lazy("team"),
    "with_confidential": gettext_lazy("confidential issues too"),
}


@transaction.atomic
def add(given: Mapping[str, Any], *, by: User, at: datetime, source: str = Source.PAGE) -> WebhookEndpoint:
    """Raises ValidationError for what cannot be used, or when there are twenty."""
    given = _checked(given)
    if WebhookEndpoint.objects.count() >= endpoints.MOST:
        raise ValidationError(_("There are %(most)d webhooks already. Delete one first.") % {"most": endpoints.MOST})
    secrets = [endpoints.fresh_secret(by.pk, at)]
    endpoint = WebhookEndpoint.objects.create(**given, secrets=secrets, created_by=by, created_at=at)
    record(Area.WEBHOOK, Act.ADDED, endpoint.name, by=by, at=at, changes=_changes({}, endpoint), source=source)
    return endpoint


@transaction.atomic
def change(
    endpoint: WebhookEndpoint, given: Mapping[str, Any], *, by: User, at: datetime, source: str = Source.PAGE
) -> None:
    """What is given of its name, address, events, team and confidential issues."""
    locked = WebhookEndpoint.objects.select_for_update(of=("self",)).get(pk=endpoint.pk)
    before = facts(locked)
    for name, value in _checked(given).items():
        setattr(locked, name, value)
    locked.save(update_fields=list(LABELS))
    if changes := _changes(before, locked):
        record(Area.WEBHOOK, Act.CHANGED, locked.name, by=by, at=at, changes=changes, source=source)
    endpoint.refresh_from_db()


@transaction.atomic
def rotate(endpoint: WebhookEndpoint, *, by: User, at: datetime, source: str = Source.PAGE) -> str:
    secret = endpoints.rotate(endpoint, by=by.pk, at=at)
    changes = [{"what": _("secret"), "from": "", "to": _("a new one")}]
    record(Area.WEBHOOK, Act.CHANGED, endpoint.name, by=by, at=at, changes=changes, source=source)
    return secret


@transaction.atomic
def switch(endpoint: WebhookEndpoint, *, on: bool, by: User, at: datetime, source: str = Source.PAGE) -> None:
    if on == (endpoint.disabled_at is None):
        return
    if on:
        endpoints.switch_on(endpoint)
    else:
        endpoints.switch_off(endpoint, at)
    record(Area.WEBHOOK, Act.OPENED if on else Act.CLOSED, endpoint.name, by=by, at=at, source=source)


@transaction.atomic
def remove(endpoint: WebhookEndpoint, *, by: User, at: datetime, source: str = Source.PAGE) -> None:
    """With all its deliveries."""
    record(Area.WEBHOOK, Act.REMOVED, endpoint.name, by=by, at=at, changes=_gone(endpoint), source=source)
    endpoint.delete()


def facts(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "name": endpoint.name,
        "url": endpoint.url,
        "kinds": list(endpoint.kinds),
        "team": endpoint.team.name if endpoint.team else "",
        "with_confidential": endpoint.with_confidential,
    }


def _changes(before: Mapping[str, Any], endpoint: WebhookEndpoint) -> list[dict[str, str]]:
    return differences(before, facts(endpoint), LABELS)


def _gone(endpoint: WebhookEndpoint) -> list[dict[str, str]]:
    return [{"what": str(LABELS["url"]), "from": endpoint.url, "to": ""}]


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Raises ValidationError with the fields that are to blame."""
    values = dict(given)
    if "url" in values:
        try:
            outgoing.check(values["url"])
        except outgoing.NotAllowed as error:
            raise ValidationError({"url": _("This cannot be used: %(why)s.") % {"why": error}}) from error
    if "kinds" in values:
        if strange := [kind for kind in values["kinds"] if kind not in KINDS]:
            raise ValidationError({"kinds": _("There is no event “%(kind)s”.") % {"kind": str(strange[0])[:40]}})
        values["kinds"] = [kind for kind in KINDS if kind in values["kinds"]]
    return values
