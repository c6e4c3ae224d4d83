"""A row, read: an Issue, or what is wrong with it by field."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from contacts.models import Customer, User
from escalations.enums import OPEN, Status
from escalations.models import Severity
from templates_app.plain import is_blank, lines, one_line

from .fields import FIELDS, NEEDED, TIMES

OLDEST = timedelta(days=15 * 366)  # older than this is a slip of the pen, and would count through decades of calendar
LONGEST = {"id": 80, "subject": 200, "reporter_name": 120, "reporter_email": 254}
MOST_TAGS, LONGEST_TAG, MOST_COMMENTS, LONGEST_TEXT = 20, 40, 500, 100_000

Problem = dict[str, Any]  # {"row", "field", "what"}


@dataclass(frozen=True)
class Comment:
    at: datetime
    author: str
    text: str


@dataclass
class Issue:
    """`customer` is a name where a new one is to be made."""

    row: int
    id: str
    subject: str
    customer: Customer | str
    severity: Severity
    status: str
    times: dict[str, datetime]
    owner: User | None = None
    reporter_name: str = ""
    reporter_email: str = ""
    tags: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)


class Known:
    """Whom and what a row may name. Read once for a run: four queries."""

    def __init__(self) -> None:
        self.severities = {row.code: row for row in Severity.objects.select_related("calendar", "response_calendar")}
        self.users: dict[str, User] = {}
        for user in User.objects.filter(is_active=True).select_related("team"):
            for name in (user.username, user.email, user.name):
                self.users.setdefault(name.lower(), user)
        self.customers: dict[str, Customer] = {}
        for customer in Customer.objects.select_related("team").order_by("-pk"):
            self.learn(customer)

    def learn(self, customer: Customer) -> None:
        for name in (*customer.domains, customer.name.lower(), customer.slug):
            self.customers[name] = customer


class Cleaner:
    """`options` are the batch's."""

    def __init__(self, options: dict[str, Any], known: Known, at: datetime) -> None:
        self._columns: dict[str, str] = options.get("columns", {})
        self._severities: dict[str, str] = options.get("severities", {})
        self._statuses: dict[str, str] = options.get("statuses", {})
        self._zone = ZoneInfo(options["zone"]) if options.get("zone") else None
        self._makes = bool(options.get("make_customers"))
        self._known, self._at = known, at

    def read(self, number: int, cells: dict[str, Any]) -> tuple[Issue | None, list[Problem]]:
        self._row, self._problems = number, list[Problem]()
        said = {self._columns.get(column, ""): value for column, value in cells.items() if value not in ("", None, [])}
        for name in NEEDED:
            if name not in said:
                self._wrong(name, _("Missing."))
        texts = {name: self._text(name, said.get(name)) for name in FIELDS if name not in (*TIMES, "tags", "comments")}
        times = {name: at for name in TIMES if (at := self._time(name, said.get(name)))}
        severity, status = self._severity(texts["severity"]), self._status(texts["status"], times)
        customer = self._customer(texts["customer"])
        comments = self._comments(said.get("comments"))
        self._settle(status, times, comments, texts)
        if self._problems or not severity or not customer:
            return None, self._problems
        issue = Issue(number, texts["id"], texts["subject"], customer, severity, status, times)
        issue.owner, issue.tags, issue.comments = self._owner(texts["owner"]), self._tags(said.get("tags")), comments
        issue.reporter_name, issue.reporter_email = texts["reporter_name"], texts["reporter_email"]
        issue.texts = {name: texts[name] for name in ("description", "root_cause", "solution")}
        return (None if self._problems else issue), self._problems

    def _wrong(self, name: str, what: str) -> None:
        self._problems.append({"row": self._row, "field": name, "what": what})

    # -- cells ---------------------------------------------------------------------------------------------------

    def _text(self, name: str, value: Any) -> str:
        value = "\n".join(map(str, value)) if isinstance(value, list) else str(value or "")
        value = value.replace("\0", "")
        text = lines(value) if name in ("description", "root_cause", "solution") else one_line(value)
        if len(text) > (longest := LONGEST.get(name, LONGEST_TEXT)):
            words = _("%(n)s characters; there is room for %(longest)s.")
            self._wrong(name, words % {"n": len(text), "longest": longest})
        elif name in NEEDED and value and is_blank(text):
            self._wrong(name, _("There is nothing to be seen in it."))
        elif name == "reporter_email" and text and not _is_address(text):
            self._wrong(name, _("“%(cell)s” is no e-mail address.") % {"cell": text[:60]})
        return text

    def _time(self, name: str, value: Any) -> datetime | None:
        text = self._text(name, value)
        if not text:
            return None
        try:
            at = _moment(text)
        except ValueError:
            at = None
        if at is None:
            words = _("“%(cell)s” is no time that can be read for certain. Write it as 2026-12-31T14:30:00+01:00.")
            self._wrong(name, words % {"cell": text[:60]})
            return None
        if at.tzinfo is None:
            if self._zone is None:
                self._wrong(name, _("It does not say in which time zone. Choose the zone of the file."))
                return None
            at = at.replace(tzinfo=self._zone)
        try:
            at = at.astimezone(UTC)
        except OverflowError:
            at = datetime.min.replace(tzinfo=UTC)
        if at > self._at:
            self._wrong(name, _("This lies in the future."))
        elif at < self._at - OLDEST:
            self._wrong(name, _("This is more than fifteen years ago. Check the year."))
        else:
            return at
        return None

    def _severity(self, text: str) -> Severity | None:
        found = self._known.severities.get(self._severities.get(text) or text.upper())
        if text and found is None:
            self._wrong("severity", _("Say which severity “%(cell)s” is.") % {"cell": text[:60]})
        return found

    def _status(self, text: str, times: dict[str, datetime]) -> str:
        """Without one, the times say it."""
        if not text:
            ends = [status for name, status in ENDS.items() if name in times]
            return ends[0] if ends else Status.NEW
        found = self._statuses.get(text) or text.lower()
        if found not in Status.values:
            self._wrong("status", _("Say which status “%(cell)s” is.") % {"cell": text[:60]})
            return Status.NEW
        return found

    def _customer(self, text: str) -> Customer | str:
        name = text.lower()
        found = self._known.customers.get(name) or self._known.customers.get(name.rpartition("@")[2] if name else "")
        if found or not text:
            return found or ""
        if not self._makes:
            self._wrong("customer", _("There is no customer “%(cell)s”.") % {"cell": text[:60]})
        elif len(text) > 120:
            self._wrong(
                "customer", _("%(n)s characters; there is room for %(longest)s.") % {"n": len(text), "longest": 120}
            )
        return text

    def _owner(self, text: str) -> User | None:
        found = self._known.users.get(text.lower()) if text else None
        if text and (found is None or not found.may_work):
            self._wrong("owner", _("“%(cell)s” is nobody who can own issues here.") % {"cell": text[:60]})
        return found

    def _tags(self, value: Any) -> list[str]:
        words = value if isinstance(value, list) else str(value or "").replace(";", ",").split(",")
        tags = list(dict.fromkeys(tag for each in words if (tag := one_line(str(each)))))
        if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
            most = {"n": MOST_TAGS, "longest": LONGEST_TAG}
            self._wrong("tags", _("At most %(n)s tags of %(longest)s characters.") % most)
        return tags

    def _comments(self, value: Any) -> list[Comment]:
        """A JSON list of {"at", "author", "text"}; or, in cells of their own, “time;author;text”."""
        try:
            rows = list(_comment_rows(value))
        except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
            self._wrong("comments", _("Write a JSON list of {at, author, text}, or each as time;author;text."))
            return []
        if len(rows) > MOST_COMMENTS:
            self._wrong("comments", _("At most %(n)s comments.") % {"n": MOST_COMMENTS})
            return []
        made = [
            (self._time("comments", at), one_line(str(author))[:120], lines(str(text))) for at, author, text in rows
        ]
        return sorted((Comment(at, author, text) for at, author, text in made if at and text), key=lambda each: each.at)

    # -- the whole -----------------------------------------------------------------------------------------------

    def _settle(self, status: str, times: dict[str, datetime], comments: list[Comment], texts: dict[str, str]) -> None:
        """Times that follow from others, and whether all of them go together."""
        if not (reported := times.get("reported_at")):
            return
        if status == Status.CLOSED:
            if "closed_at" not in times:
                times["closed_at"] = times.get("resolved_at") or self._missing("closed_at")
            times.setdefault("resolved_at", times["closed_at"])
        elif status == Status.RESOLVED and "resolved_at" not in times:
            times["resolved_at"] = self._missing("resolved_at")
        if status in OPEN:
            for name in ("resolved_at", "closed_at"):
                if name in times:
                    self._wrong(name, _("An issue that is open has no such time."))
        if status != Status.NEW and "acknowledged_at" not in times:
            # The first who answered, if the file does not say when: a comment that the reporter did not write.
            answers = (each.at for each in comments if each.at >= reported and each.author != texts["reporter_name"])
            first = next(answers, None)
            times["acknowledged_at"] = first or times.get("resolved_at") or self._missing("acknowledged_at")
        if status == Status.NEW and "acknowledged_at" in times:
            self._wrong("acknowledged_at", _("An issue that is new has no such time."))
        if resolved := times.get("resolved_at"):
            times["acknowledged_at"] = min(times.get("acknowledged_at", resolved), resolved)
        order = [name for name in ("reported_at", "acknowledged_at", "resolved_at", "closed_at") if name in times]
        for before, after in pairwise(order):
            if times[after] < times[before]:
                self._wrong(after, _("This is before “%(before)s”.") % {"before": FIELDS[before]})
        if status != Status.WAITING:
            times.pop("waiting_since", None)

    def _missing(self, name: str) -> datetime:
        self._wrong(name, _("Missing. This status needs the time."))
        return self._at


ENDS = {"closed_at": Status.CLOSED, "resolved_at": Status.RESOLVED, "acknowledged_at": Status.ACKNOWLEDGED}


def _moment(text: str) -> datetime | None:
    """ISO 8601, with a blank or a T; day first where dots say so (31.12.2026 14:30). A bare day is its midnight."""
    if (found := parse_datetime(text)) or (found := parse_datetime(f"{text} 00:00")):
        return found
    for form in ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d/%b/%y %I:%M %p", "%Y/%m/%d %H:%M"):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 – the zone is the file's
        except ValueError:
            continue
    return None


def _comment_rows(value: Any) -> Iterable[tuple[Any, Any, Any]]:
    values = value if isinstance(value, list) else [value] if value else []
    for each in values:
        parsed = json.loads(each) if isinstance(each, str) and each.lstrip().startswith("[") else each
        if isinstance(parsed, str):
            at, author, text = parsed.split(";", 2)
            yield at, author, text
        else:
            for row in parsed if isinstance(parsed, list) else [parsed]:
                yield row["at"], row.get("author", ""), row["text"]


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
