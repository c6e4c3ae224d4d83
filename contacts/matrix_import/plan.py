"""What an import of the matrix would do: each row compared with who stands there now."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from contacts.customers import differences
from contacts.matrix_import.cells import COLUMNS, TEAM, USER, user_of
from contacts.models import Contact, Team, User
from contacts.rungs import MOST, facts, rung_name
from contacts.spreadsheets import rows
from contacts.spreadsheets.cells import team_of, teams
from contacts.spreadsheets.plan import Plan
from contacts.spreadsheets.reading import Sheet, read
from contacts.spreadsheets.rows import CHANGED, NEW, PROBLEM, REMOVED, wrong_columns

Rung = tuple[str, int | None]  # level, team


@dataclass
class Row(rows.Row):
    """`target` is the position as it will be, `known` as it is; None for somebody new."""

    rung: str = ""
    target: Contact | None = None
    known: Contact | None = None

    @property
    def detail(self) -> str:
        return self.rung

    @property
    def person(self) -> str:
        """By which the same person is known again."""
        user = self.values.get(USER)
        return (self.values.get("email") or (user.email if user else "")).lower()


@dataclass
class MatrixPlan(Plan):
    """`targets` are the positions of each rung that the file names, in their new order; `gone` whom it leaves out."""

    targets: dict[Rung, list[Contact]] = field(default_factory=dict)
    gone: list[Contact] = field(default_factory=list)


def read_matrix(data: bytes) -> Sheet:
    """Raises Unreadable."""
    return read(data, COLUMNS, ("level",))


def plan(sheet: Sheet, at: datetime, *, lock: bool = False) -> MatrixPlan:
    """What importing this would do. `lock` holds all positions until the transaction ends."""
    users = {user.username.lower(): user for user in User.objects.all()}
    readers = COLUMNS | {TEAM: team_of(teams()), USER: user_of(users)}
    every = [Row.read(number, cells, sheet.header, readers) for number, cells in sheet.rows]
    contacts = Contact.objects.order_by("position", "pk")
    if lock:  # a statement of its own, see `on_rung`
        list(contacts.select_for_update(no_key=True).values_list("pk"))
    standing: dict[Rung, list[Contact]] = {}
    for contact in contacts.select_related("user", "team"):
        standing.setdefault((contact.level, contact.team_id), []).append(contact)
    found = MatrixPlan(sheet, every, wrong_columns(sheet, COLUMNS))
    for rung, its_rows in _rungs(every).items():
        found.targets[rung], gone = _settle(rung, its_rows, standing.get(rung, []))
        found.gone += gone
    for row in every:
        row.what = PROBLEM if row.problems else row.what
    found.rows = [*every, *(_removed(contact) for contact in found.gone)]
    return found


def _rungs(every: Sequence[Row]) -> dict[Rung, list[Row]]:
    by_rung: dict[Rung, list[Row]] = {}
    for row in every:
        if "level" not in row.values:
            if "level" not in row.said:
                row.wrong("level", _("Missing. Write 1 to 5, technical or product."))
            row.name = row.said.get("name", "")
            continue
        team: Team | None = row.values.get(TEAM)
        row.rung = rung_name(row.values["level"], team)
        by_rung.setdefault((row.values["level"], team.pk if team else None), []).append(row)
    return by_rung


def _settle(rung: Rung, its_rows: list[Row], standing: list[Contact]) -> tuple[list[Contact], list[Contact]]:
    """Who will stand on this rung, and who no longer does."""
    _number(its_rows)
    _check_twice(its_rows)
    titles = [*(each.title for each in standing), *(row.values["title"] for row in its_rows if "title" in row.values)]
    free = list(standing)
    for row, known in _matched(its_rows, free):
        row.known = known
    for row in its_rows:
        _aim(row, rung, next(iter(titles), ""))
    ordered = sorted((row for row in its_rows if row.target), key=lambda row: row.values.get("position", 0))
    return [row.target for row in ordered if row.target], free


def _number(its_rows: list[Row]) -> None:
    """Without a position, a row comes behind the one before it."""
    last = -1
    taken: dict[int, int] = {}
    for row in its_rows:
        if "position" in row.said and "position" not in row.values:
            continue
        last = row.values.setdefault("position", last + 1)
        if last in taken:
            row.wrong("position", _("Row %(row)s has this position of the rung already.") % {"row": taken[last]})
        elif last >= MOST:
            row.wrong("position", _("%(n)s positions on one rung are enough. Remove one first.") % {"n": MOST})
        taken.setdefault(last, row.number)


def _check_twice(its_rows: list[Row]) -> None:
    """Nobody is their own backup."""
    seen: dict[str, int] = {}
    for row in its_rows:
        user = row.values.get(USER)
        names = [key for key in (row.person, f"account {user.pk}" if user else "") if key]
        if first := next((seen[key] for key in names if key in seen), None):
            column = "email" if "email" in row.said else USER
            row.wrong(column, _("Row %(row)s names this person on this rung already.") % {"row": first})
        seen |= dict.fromkeys(names, row.number)


def _matched(its_rows: list[Row], free: list[Contact]) -> Iterator[tuple[Row, Contact]]:
    """Each row and the position that becomes it: by address, then by name, then by number. Takes them out of `free`."""
    left = list(its_rows)

    def alike(row: Row, contact: Contact, by: str) -> bool:
        if by == "address":
            return bool(row.person) and contact.address.lower() == row.person
        if by == "name":
            return bool(row.values.get("name")) and contact.name.lower() == row.values["name"].lower()
        return contact.position == row.values.get("position")

    for by in ("address", "name", "position"):
        for row in [*left]:
            if (contact := next((each for each in free if alike(row, each, by)), None)) is not None:
                left.remove(row)
                free.remove(contact)
                yield row, contact


def _aim(row: Row, rung: Rung, title: str) -> None:
    """The position as this row wants it: an empty cell is empty, but for a title, which stays or is the rung's."""
    values, known = row.values, row.known
    target = copy(known) if known else Contact(level=rung[0], team=values.get(TEAM))
    target.position = values.get("position", 0)
    target.title = values.get("title") or (known.title if known else title)
    target.user = values.get(USER)
    target.name, target.email, target.phone = (_own(values, part) for part in ("name", "email", "phone"))
    row.target, row.name = target, target.person_name or _("Nobody")
    if not target.title and "title" not in row.said:
        row.wrong("title", _("Missing. A position needs a title."))
    if target.name and not target.address and "email" not in row.said:
        row.wrong("email", _("Missing. Without an address nobody is told."))
    if target.address and not target.person_name and "name" not in row.said:
        row.wrong("name", _("Missing. Give the name of whoever reads this address."))
    before = _facts(known) if known else {}
    row.changes = [each for each in differences(before, _facts(target)) if each["from"] or each["to"]]
    row.what = NEW if known is None else CHANGED if row.changes else row.what


def _own(values: dict[str, Any], part: str) -> str:
    """What is the account's own is not kept a second time: it changes there."""
    said, user = values.get(part, ""), values.get(USER)
    return "" if user and said == getattr(user, part) else said


def _facts(contact: Contact) -> dict[str, str]:
    return facts(contact) | {"position": str(contact.position)}


def _removed(contact: Contact) -> Row:
    row = Row(0, contact.person_name or _("Nobody"), REMOVED, rung=rung_name(contact.level, contact.team))
    row.changes = [
        {"what": name, "from": value, "to": ""} for name, value in facts(contact).items() if value and name != "phone"
    ]
    return row
