"""Writes what was planned: all of it, or nothing."""

from datetime import datetime

from django.db import IntegrityError, transaction

from contacts.customer_import.account import Account
from contacts.customer_import.plan import CustomerPlan, plan
from contacts.customers import FIELDS
from contacts.health import LONGEST_NOTE
from contacts.models import Customer, CustomerChange, CustomerContact, HealthRecord, User
from contacts.models.history import ChangeKind, Source
from contacts.spreadsheets.plan import Moved
from contacts.spreadsheets.reading import Sheet

BATCH = 500


def carry_out(sheet: Sheet, *, digest: str, by: User, at: datetime, note: str) -> CustomerPlan:
    """Import a file whose dry run had this digest. `note` is what the health records say. Raises Moved."""
    try:
        with transaction.atomic():
            now = plan(sheet, at, lock=True)
            if now.digest != digest or not now.is_sound:
                raise Moved(now)
            _write(now.accounts, by, at, note[:LONGEST_NOTE])
    except IntegrityError:
        # Somebody else added one of the new customers in this very moment.
        raise Moved(plan(sheet, at)) from None
    return now


def _write(accounts: list[Account], by: User, at: datetime, note: str) -> None:
    Customer.objects.bulk_create([each.target for each in accounts if each.known is None], batch_size=BATCH)
    _update([each.target for each in accounts if each.known and each.changes])
    CustomerContact.objects.bulk_create([person for each in accounts for person in each.added], batch_size=BATCH)
    CustomerContact.objects.bulk_create(
        [person for each in accounts for person in each.changed_people],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name", "title", "email", "phone"],
    )
    HealthRecord.objects.bulk_create(
        [
            HealthRecord(customer=each.target, health=each.target.health, note=note, by=by, at=at)
            for each in accounts
            if each.has_new_health
        ],
        batch_size=BATCH,
    )
    CustomerChange.objects.bulk_create(_log(accounts, by, at), batch_size=BATCH)


def _update(customers: list[Customer]) -> None:
    """One statement a batch. Without their keys: PostgreSQL and SQLite settle a conflict of one constraint only."""
    rows = [Customer(**{field: getattr(customer, field) for field in FIELDS}) for customer in customers]
    Customer.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["slug"],
        update_fields=[field for field in FIELDS if field != "slug"],
    )


def _log(accounts: list[Account], by: User, at: datetime) -> list[CustomerChange]:
    return [
        CustomerChange(
            customer=each.target,
            kind=_kind(each),
            source=Source.IMPORT,
            changes=[*each.changes, *each.contact_changes],
            by=by,
            at=at,
        )
        for each in accounts
        if each.changes or each.contact_changes
    ]


def _kind(account: Account) -> str:
    if account.known is None:
        return ChangeKind.CREATED
    if account.known.is_churned != account.target.is_churned:
        return ChangeKind.CHURNED if account.target.is_churned else ChangeKind.WON_BACK
    return ChangeKind.CHANGED if account.changes else ChangeKind.CONTACTS
