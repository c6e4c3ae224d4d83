"""All rows of a file that are about one customer, and what they make of it."""

from copy import copy
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from contacts.churn import moment_of, wrong_day
from contacts.customer_contacts import MOST, in_words
from contacts.customer_import.rows import Row
from contacts.customers import Difference, differences, facts
from contacts.models import Customer, CustomerContact
from contacts.spreadsheets.rows import CHANGED, NEW

PLAIN = ("name", "tier", "annual_value", "currency", "renewal_on", "health", "team", "domains", "language")
# What stands there once something was taken away, if not null.
WITHOUT: dict[str, Any] = {"tier": "", "domains": [], "language": ""}
PERSON = ("name", "title", "email", "phone")


class Account:
    """`known` is the customer as it is, None for a new one; `target` as it will be."""

    def __init__(self, rows: list[Row], known: Customer | None, people: list[CustomerContact]) -> None:
        self.rows, self.known = rows, known
        self.target = copy(known) if known else Customer(slug=rows[0].slug)
        self.people = [copy(person) for person in people]
        self.added: list[CustomerContact] = []
        self.changed_people: list[CustomerContact] = []
        self.changes: list[Difference] = []
        self.contact_changes: list[Difference] = []
        self._touched: dict[int, int] = {}  # contact -> the row that spoke of it

    @property
    def has_new_health(self) -> bool:
        return self.known is None or self.known.health != self.target.health

    def settle(self, at: datetime) -> None:
        """Fill in what the rows would do, and what is wrong with them together."""
        first, *others = self.rows
        self._check_who(first)
        for name in PLAIN:
            if name in first.values:
                value = first.values[name]
                setattr(self.target, name, WITHOUT.get(name) if value is None else value)
        self._settle_churn(first, at)
        self.changes = differences(facts(self.known) if self.known else {}, facts(self.target))
        first.changes += [each for each in self.changes if each["what"] != "slug" or self.known]
        for row in others:
            self._check_repeated(row, first)
        for row in self.rows:
            row.name = row.name or self.target.name
            self._settle_contact(row)
        for row in self.rows:
            row.what = CHANGED if row.changes else row.what
        if self.known is None:
            first.what = NEW

    def _check_who(self, row: Row) -> None:
        if self.known is None and not row.name:
            row.wrong(
                "name", _("Missing. “%(slug)s” is not known, and a new customer needs a name.") % {"slug": row.slug}
            )
        if self.known and "slug" not in row.said and self.known.name.lower() != row.name.lower():
            words = _(
                "The name would make the short name “%(slug)s”, which “%(name)s” has. Give one in the column slug."
            )
            row.wrong("slug", words % {"slug": self.known.slug, "name": self.known.name})

    # -- leaving and coming back ------------------------------------------------------------------------------------

    def _settle_churn(self, row: Row, at: datetime) -> None:
        target, values = self.target, row.values
        if "churned_on" in values and values["churned_on"] is None:
            target.churned_at, target.churn_reason = None, ""
        elif "churned_on" in values:
            if problem := wrong_day(values["churned_on"], at):
                row.wrong("churned_on", problem)
            if not target.churned_at or localtime(target.churned_at).date() != values["churned_on"]:
                target.churned_at = moment_of(values["churned_on"], at)
            if not target.churn_reason and "churn_reason" not in row.said:
                row.wrong("churn_reason", _("Missing. Say why they left."))
        if "churn_reason" in values:
            if target.churned_at:
                target.churn_reason = values["churn_reason"]
            elif "churned_on" not in row.said:
                row.wrong("churn_reason", _("They have not left. Give the day in the column churned_on, or no reason."))

    # -- further rows -----------------------------------------------------------------------------------------------

    def _check_repeated(self, row: Row, first: Row) -> None:
        """A further row may repeat what the first says, and brings a contact."""
        for name in row.said:
            if name.startswith("contact_") or name == "slug" or row.values.get(name) == first.values.get(name):
                continue
            words = _("Row %(row)s is about this customer too, and says “%(said)s”.")
            row.wrong(name, words % {"row": first.number, "said": first.said.get(name) or _("nothing")})
        if not row.has_contact:
            words = _("Row %(row)s is about this customer already; a further row adds a contact.")
            row.wrong("slug", words % {"row": first.number})

    # -- contacts ---------------------------------------------------------------------------------------------------

    def _settle_contact(self, row: Row) -> None:
        if not row.has_contact:
            return
        values = {name: row.values.get(f"contact_{name}") for name in PERSON}
        values = {name: value for name, value in values.items() if value}
        person = self._person(values)
        if person is None:
            self._add(row, values)
            return
        if id(person) in self._touched:
            row.wrong(
                "contact_name", _("Row %(row)s speaks of this contact already.") % {"row": self._touched[id(person)]}
            )
            return
        self._touched[id(person)] = row.number
        before = in_words(person)
        for name, value in values.items():
            setattr(person, name, value)
        if in_words(person) != before:
            self.changed_people.append(person)
            self._keep(row, before, in_words(person))

    def _person(self, values: dict[str, Any]) -> CustomerContact | None:
        """By the address; else by the name, if one person alone has it."""
        everybody = [*self.people, *self.added]
        email, name = values.get("email", "").lower(), values.get("name", "").lower()
        if email and (found := next((each for each in everybody if each.email.lower() == email), None)):
            return found
        same = [each for each in everybody if name and each.name.lower() == name]
        return same[0] if len(same) == 1 else None

    def _add(self, row: Row, values: dict[str, Any]) -> None:
        if not values.get("name"):
            if not any(column.startswith("contact_") for column, _text in row.problems):
                row.wrong("contact_name", _("Missing. A new contact needs a name."))
            return
        count = len(self.people) + len(self.added)
        if count >= MOST:
            row.wrong("contact_name", _("More than %(n)s contacts for one customer.") % {"n": MOST})
            return
        position = self.people[-1].position + 1 if self.people else 0
        person = CustomerContact(customer=self.target, position=position + len(self.added), **values)
        self.added.append(person)
        self._touched[id(person)] = row.number
        self._keep(row, "", in_words(person))

    def _keep(self, row: Row, before: str, after: str) -> None:
        change = {"what": "contact", "from": before, "to": after}
        row.changes.append(change)
        self.contact_changes.append(change)
