"""Customers change here, and every change is kept: who, when, from what to what.

What cannot be used is refused with Django's ValidationError, which names its fields.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import number_format
from django.utils.text import slugify
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.templatetags.figures import dated
from contacts import domains
from contacts.health import record_health
from contacts.models import Customer, CustomerChange, Team, User
from contacts.models.customers import Health
from contacts.models.history import ChangeKind, Source

FIELDS = (
    "name", "slug", "tier", "annual_value", "currency", "renewal_on", "health", "team", "domains", "language",
    "churned_at", "churn_reason",
)  # fmt: skip
# The names of pages that stand beside the customers' own.
RESERVED = frozenset({"new", "import", "export"})
LONGEST_SLUG = 60

Facts = dict[str, str]
Difference = dict[str, str]  # {"what", "from", "to"}

LABELS = {
    "name": gettext_lazy("Name"),
    "slug": gettext_lazy("Short name"),
    "tier": gettext_lazy("Tier"),
    "annual_value": gettext_lazy("Annual value"),
    "currency": gettext_lazy("Currency"),
    "renewal_on": gettext_lazy("Renewal"),
    "health": gettext_lazy("Health"),
    "team": gettext_lazy("Team"),
    "domains": gettext_lazy("Mail domains"),
    "language": gettext_lazy("Language"),
    "churned_at": gettext_lazy("Left on"),
    "churn_reason": gettext_lazy("Why they left"),
    "contact": gettext_lazy("Contact"),
    "order": gettext_lazy("Order of the contacts"),
}


class Stale(Exception):
    """Somebody was faster. `differences` says what has changed since the form was opened."""

    def __init__(self, differences: list[Difference]) -> None:
        super().__init__(", ".join(each["what"] for each in differences))
        self.differences = differences


def facts(customer: Customer) -> Facts:
    """The customer as text: for the log, for forms that must know whether somebody was faster, for comparisons."""
    value = customer.annual_value
    return {
        "name": customer.name,
        "slug": customer.slug,
        "tier": customer.tier,
        "annual_value": "" if value is None else f"{value:.2f}",
        "currency": customer.currency,
        "renewal_on": customer.renewal_on.isoformat() if customer.renewal_on else "",
        "health": customer.health,
        "team": customer.team.slug if customer.team else "",
        "domains": " ".join(customer.domains),
        "language": customer.language,
        "churned_at": localtime(customer.churned_at).date().isoformat() if customer.churned_at else "",
        "churn_reason": customer.churn_reason,
    }


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    return [
        {"what": name, "from": before.get(name, ""), "to": after[name]}
        for name in after
        if before.get(name, "") != after[name]
    ]


def explained(changes: Iterable[Difference]) -> list[Difference]:
    """Differences as people read them: {"label", "from", "to"}. One query at most, for the names of teams."""
    changes = list(changes)
    teams = dict(Team.objects.values_list("slug", "name")) if any(each["what"] == "team" for each in changes) else {}
    return [
        {
            "what": each["what"],
            "label": str(LABELS.get(each["what"], each["what"])),
            "from": _shown(each["what"], each["from"], teams),
            "to": _shown(each["what"], each["to"], teams),
        }
        for each in changes
    ]


def _shown(what: str, value: str, teams: Mapping[str, str]) -> str:
    if what == "health" and value in Health.values:
        return str(Health(value).label)
    if what == "team":
        return teams.get(value, value)
    if what == "language":
        return dict(settings.LANGUAGES).get(value, value)
    if what == "annual_value" and value:
        return number_format(value.removesuffix(".00"), use_l10n=True, force_grouping=True)
    if what in ("renewal_on", "churned_at") and value:
        return dated(date.fromisoformat(value))
    return value


@transaction.atomic
def create_customer(
    *, values: Mapping[str, Any], by: User | None, at: datetime, source: str = Source.PAGE, note: str = ""
) -> Customer:
    """A new customer from any of FIELDS; a missing slug is made from the name. Raises ValidationError."""
    customer = Customer(**values)
    customer.slug = customer.slug or free_slug(customer.name)
    check(customer)
    customer.save(force_insert=True)
    record_health(customer=customer, health=customer.health, note=note, by=by, at=at)
    _log(customer, differences({}, facts(customer)), ChangeKind.CREATED, by=by, at=at, source=source)
    return customer


@transaction.atomic
def change_customer(
    *,
    customer: Customer,
    values: Mapping[str, Any],
    by: User | None,
    at: datetime,
    source: str = Source.PAGE,
    seen: Facts | None = None,
    note: str | None = None,
    kind: str = ChangeKind.CHANGED,
) -> list[Difference]:
    """Change any of FIELDS; returns what has changed. `note` says why the health did; None is from a program, which
    need not say it.

    `seen` are the facts as they stood when the form was opened: raises Stale if any of them is different now.
    Raises ValidationError for values that cannot be used. `customer` itself is brought up to date.
    """
    current = Customer.objects.select_for_update(of=("self",)).select_related("team").get(pk=customer.pk)
    before = facts(current)
    if seen is not None and (moved := differences(seen, {name: before[name] for name in seen if name in before})):
        raise Stale(moved)
    health = values.get("health", current.health)
    is_news = health != current.health
    for name, value in values.items():
        setattr(current, name, value)
    check(current, note if is_news else None)
    changed = differences(before, facts(current))
    if changed:
        current.save(update_fields=[*values])
        if is_news:
            record_health(customer=current, health=health, note=note or "", by=by, at=at)
        _log(current, changed, kind, by=by, at=at, source=source)
    for name in values:
        setattr(customer, name, getattr(current, name))
    return changed


def check(customer: Customer, note: str | None = None) -> None:
    """Raises ValidationError unless every field can be kept. An empty `note` is a reason that somebody owes."""
    problems: dict[str, Any] = {}
    try:
        customer.full_clean(validate_constraints=False)
    except ValidationError as error:
        problems.update(error.error_dict)
    if not customer.slug and customer.name:
        problems["slug"] = [_("Give a short name; none can be made from this name.")]
    if customer.slug in RESERVED:
        problems["slug"] = [_("“%(slug)s” is the name of a page. Choose another short name.") % {"slug": customer.slug}]
    if customer.annual_value is not None and "annual_value" not in problems and customer.annual_value < 0:
        problems["annual_value"] = [_("A value cannot be less than zero.")]
    if not re.fullmatch("[A-Z]{3}", customer.currency):
        problems["currency"] = [_("Give the three letters of ISO 4217, such as EUR.")]
    try:
        domains.check(customer.domains)
    except ValidationError as error:
        problems["domains"] = error.messages
    if customer.language and customer.language not in dict(settings.LANGUAGES):
        names = ", ".join(dict(settings.LANGUAGES))
        problems["language"] = [_("There is no such language here. There are: %(names)s.") % {"names": names}]
    if note is not None and not note.strip():
        problems["note"] = [_("Say why the health changes.")]
    if problems:
        raise ValidationError(problems)


def free_slug(name: str) -> str:
    """A short name that nobody has, made from the name; empty if the name has no letter to make one of."""
    wanted = slugify(name)[:LONGEST_SLUG].strip("-_")
    if not wanted:
        return ""
    like = Customer.objects.filter(slug__istartswith=wanted[: LONGEST_SLUG - 5]).values_list("slug", flat=True)
    taken = {slug.lower() for slug in like} | RESERVED
    if wanted not in taken:
        return wanted
    stem = wanted[: LONGEST_SLUG - 5]
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{stem}-{number}") not in taken)


def amount(customer: Customer) -> str:
    """The annual value to the last digit, as people write it: "EUR 1,840,000", with cents where there are any."""
    value = customer.annual_value
    if value is None:
        return ""
    places = 0 if value == value.to_integral_value() else 2
    return f"{customer.currency} {number_format(value, places, use_l10n=True, force_grouping=True)}"


def log_contacts(
    customer: Customer, changed: list[Difference], *, by: User | None, at: datetime, source: str = Source.PAGE
) -> None:
    _log(customer, changed, ChangeKind.CONTACTS, by=by, at=at, source=source)


def _log(
    customer: Customer, changed: list[Difference], kind: str, *, by: User | None, at: datetime, source: str
) -> None:
    CustomerChange.objects.create(customer=customer, kind=kind, source=source, changes=changed, by=by, at=at)
