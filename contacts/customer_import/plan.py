"""What an import of customers would do: each row compared with what is known."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from contacts.customer_import.account import Account
from contacts.customer_import.cells import COLUMNS, TEAM
from contacts.customer_import.known import Known, short_names
from contacts.customer_import.rows import Row, rows_of
from contacts.spreadsheets.cells import team_of, teams
from contacts.spreadsheets.plan import Plan
from contacts.spreadsheets.reading import Sheet, read
from contacts.spreadsheets.rows import CHANGED, NEW, PROBLEM, SAME, wrong_columns


@dataclass
class CustomerPlan(Plan):
    """`accounts` are the customers that the rows name."""

    accounts: list[Account] = field(default_factory=list)

    @property
    def counts_of_customers(self) -> dict[str, int]:
        """How many customers are new, changed, or stay as they are, whatever the number of their rows."""
        new = sum(each.known is None for each in self.accounts)
        changed = sum(bool(each.known and (each.changes or each.contact_changes)) for each in self.accounts)
        return {NEW: new, CHANGED: changed, SAME: len(self.accounts) - new - changed}


def read_customers(data: bytes) -> Sheet:
    """Raises Unreadable."""
    return read(data, COLUMNS, ("name", "slug"))


def plan(sheet: Sheet, at: datetime, *, lock: bool = False) -> CustomerPlan:
    """What importing this at `at` would do. `lock` holds the customers until the transaction ends."""
    readers = COLUMNS | {TEAM: team_of(teams())}
    rows = rows_of(sheet, readers)
    _name_the_known(rows)
    known = Known((row.slug for row in rows if row.slug), lock=lock)
    accounts = list(_accounts(rows, known))
    for account in accounts:
        account.settle(at)
    for row in rows:
        if row.problems:
            row.what = PROBLEM
    return CustomerPlan(sheet, rows, wrong_columns(sheet, COLUMNS), accounts)


def _name_the_known(rows: list[Row]) -> None:
    """A row without a short name is about the customer who is called so, if there is one: nobody is there twice."""
    nameless = [row for row in rows if row.slug and "slug" not in row.said]
    called = short_names(row.name for row in nameless)
    for row in nameless:
        slugs = called.get(row.name.lower(), [])
        if row.slug in slugs:
            continue
        if len(slugs) > 1:
            words = _("Several customers are called so: %(slugs)s. Give the one that is meant in the column slug.")
            row.wrong("name", words % {"slugs": ", ".join(sorted(slugs)[:5])})
        elif slugs:
            row.slug = slugs[0]


def _accounts(rows: list[Row], known: Known) -> Iterator[Account]:
    """Rows with one short name are about one customer: the first says what it is, the others add contacts."""
    by_slug: dict[str, list[Row]] = {}
    for row in rows:
        if row.slug:
            by_slug.setdefault(row.slug.lower(), []).append(row)
    for slug, its_rows in by_slug.items():
        customer = known.customers.get(slug)
        yield Account(its_rows, customer, known.contacts.get(customer.pk, []) if customer else [])
