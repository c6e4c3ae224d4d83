"""What the desk has learnt of its customers over the months: how they fared, what was noted, what was changed."""

from datetime import datetime, timedelta
from typing import Any

from contacts.models import Customer, CustomerChange, CustomerNote, HealthRecord, User
from contacts.models.history import ChangeKind

from .content import read
from .stage import DAY


def tell(now: datetime) -> None:
    """Fill in the past of each customer, after the tickets were played: what was seen last is how it fares now."""
    users = {user.username: user for user in User.objects.all()}
    customers = {customer.slug: customer for customer in Customer.objects.all()}
    rows = [(customers[slug], row) for slug, row in read("accounts.toml").items() if slug in customers]
    HealthRecord.objects.bulk_create(
        HealthRecord(customer=customer, health=health, note=why, by=users[who], at=_ago(now, days))
        for customer, row in rows
        for days, health, who, why in row["health"]
    )
    CustomerNote.objects.bulk_create(
        CustomerNote(customer=customer, text=text, by=users[who], at=_ago(now, days))
        for customer, row in rows
        for days, who, text in row.get("notes", [])
    )
    CustomerChange.objects.bulk_create(
        change for customer, row in rows for change in _changes(customer, row, users, now)
    )
    for customer, row in rows:
        if "left" in row:
            customer.churn_reason = row["left"][1]
            customer.save(update_fields=["churn_reason"])
    _settle_health(customers.values())


def _changes(customer: Customer, row: dict[str, Any], users: dict[str, User], now: datetime) -> list[CustomerChange]:
    made = [
        CustomerChange(
            customer=customer, changes=[{"what": what, "from": was, "to": is_now}], by=users[who], at=_ago(now, days)
        )
        for days, who, what, was, is_now in row.get("changes", [])
    ]
    if "left" in row and customer.churned_at:
        who, why = row["left"]
        day = customer.churned_at.date().isoformat()
        changes = [{"what": "churned_at", "from": "", "to": day}, {"what": "churn_reason", "from": "", "to": why}]
        made.append(
            CustomerChange(
                customer=customer, kind=ChangeKind.CHURNED, changes=changes, by=users[who], at=customer.churned_at
            )
        )
    return made


def _settle_health(customers: Any) -> None:
    latest: dict[int, str] = {}
    for customer, health in HealthRecord.objects.order_by("at", "pk").values_list("customer", "health"):
        latest[customer] = health
    for customer in customers:
        if latest.get(customer.pk, customer.health) != customer.health:
            customer.health = latest[customer.pk]
            customer.save(update_fields=["health"])


def _ago(now: datetime, days: int) -> datetime:
    """In working hours, at some odd minute."""
    return now.replace(hour=8, minute=7 * days % 60, second=0) - days * DAY + timedelta(hours=days % 8)
