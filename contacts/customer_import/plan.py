"""What an import would do: each row compared with what is known, every problem named by row and column."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from contacts.customer_import.account import Account
from contacts.customer_import.cells import COLUMNS, TEAM, team_of
from contacts.customer_import.known import Known, teams
from contacts.customer_import.reading import Sheet
from contacts.customer_import.rows import CHANGED, NEW, PROBLEM, SAME, Row, rows_of, wrong_columns


@dataclass
class Plan:
    """`heading` are the problems of the first row: (column, text). `accounts` are the customers that the rows name."""

    sheet: Sheet
    rows: list[Row]
    heading: list[tuple[str, str]]
    accounts: list[Account] = field(default_factory=list)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows are new, changed, same, or have a problem."""
        return {NEW: 0, CHANGED: 0, SAME: 0, PROBLEM: 0} | Counter(row.what for row in self.rows)

    @property
    def counts_of_customers(self) -> dict[str, int]:
        """How many customers are new, changed, or stay as they are, whatever the number of their rows."""
        new = sum(each.known is None for each in self.accounts)
        changed = sum(bool(each.known and (each.changes or each.contact_changes)) for each in self.accounts)
        return {NEW: new, CHANGED: changed, SAME: len(self.accounts) - new - changed}

    @property
    def problems(self) -> list[tuple[int, str, str]]:
        """(row, column, what is wrong), in the order of the file."""
        return [(1, *each) for each in self.heading] + [
            (row.number, *each) for row in self.rows for each in row.problems
        ]

    @property
    def is_sound(self) -> bool:
        return not self.heading and not self.counts[PROBLEM]

    @property
    def changes_something(self) -> bool:
        return bool(self.counts[NEW] or self.counts[CHANGED])

    @cached_property
    def digest(self) -> str:
        """The same as long as the same would happen."""
        seen = [(row.number, row.slug, row.what, row.changes, row.problems) for row in self.rows]
        return hashlib.sha256(repr((self.heading, seen)).encode()).hexdigest()[:32]

    def only(self, what: str) -> list[Row]:
        return [row for row in self.rows if row.what == what] if what else self.rows


def plan(sheet: Sheet, at: datetime, *, lock: bool = False) -> Plan:
    """What importing this at `at` would do. `lock` holds the customers until the transaction ends."""
    readers = COLUMNS | {TEAM: team_of(teams())}
    rows = rows_of(sheet, readers)
    known = Known((row.slug for row in rows if row.slug), lock=lock)
    accounts = list(_accounts(rows, known))
    for account in accounts:
        account.settle(at)
    for row in rows:
        if row.problems:
            row.what = PROBLEM
    return Plan(sheet, rows, wrong_columns(sheet), accounts)


def _accounts(rows: list[Row], known: Known) -> Iterator[Account]:
    """Rows with one short name are about one customer: the first says what it is, the others add contacts."""
    by_slug: dict[str, list[Row]] = {}
    for row in rows:
        if row.slug:
            by_slug.setdefault(row.slug.lower(), []).append(row)
    for slug, its_rows in by_slug.items():
        customer = known.customers.get(slug)
        yield Account(its_rows, customer, known.contacts.get(customer.pk, []) if customer else [])
