"""What a row may say, and what other helpdesks call it. `suggest` is only a suggestion: people map what it cannot."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from escalations.enums import Status

FIELDS = {
    "id": _("Number there"),
    "subject": _("Subject"),
    "description": _("Description"),
    "customer": _("Customer"),
    "severity": _("Severity"),
    "status": _("Status"),
    "reporter_name": _("Reporter"),
    "reporter_email": _("Reporter’s e-mail"),
    "owner": _("Owner"),
    "reported_at": _("Reported at"),
    "acknowledged_at": _("Acknowledged at"),
    "waiting_since": _("Waiting on the customer since"),
    "resolved_at": _("Resolved at"),
    "closed_at": _("Closed at"),
    "root_cause": _("Root cause"),
    "solution": _("Solution"),
    "tags": _("Tags"),
    "comments": _("Comments"),
}
NEEDED = ("id", "subject", "customer", "severity", "reported_at")
TIMES = ("reported_at", "acknowledged_at", "waiting_since", "resolved_at", "closed_at")
# As `contacts.spreadsheets.reading` writes the names of columns.
ALIASES = {
    "id": "external_id number key issue_key ticket_id ticket ticket_number issue_id",
    "subject": "summary title",
    "description": "body details",
    "customer": "organization organisation company account requester_organization customer_slug",
    "severity": "priority urgency level",
    "status": "state ticket_status",
    "reporter_name": "requester reporter requester_name",
    "reporter_email": "requester_email requester_e_mail reporter_e_mail email",
    "owner": "assignee assigned_to agent",
    "reported_at": "created created_at reported opened_at date_created",
    "acknowledged_at": "acknowledged first_replied_at first_response_at first_response first_reply",
    "waiting_since": "pending_since",
    "resolved_at": "resolved solved_at solved resolution_date",
    "closed_at": "closed",
    "solution": "resolution_text fix",
    "tags": "labels",
    "comments": "comment notes note",
}
COLUMNS = {word: field for field, words in ALIASES.items() for word in words.split()} | {name: name for name in FIELDS}
SEVERITIES = {
    "P1": "p1 1 urgent highest critical blocker emergency",
    "P2": "p2 2 high major important",
    "P3": "p3 3 normal medium moderate",
    "P4": "p4 4 low lowest minor trivial none",
}
STATUSES = {
    Status.NEW: "new to_do open_unassigned backlog",
    Status.ACKNOWLEDGED: "acknowledged open triaged selected_for_development",
    Status.IN_PROGRESS: "in_progress hold on_hold in_review reopened",
    Status.WAITING: "waiting pending waiting_for_customer waiting_on_customer",
    Status.RESOLVED: "resolved solved done",
    Status.CLOSED: "closed archived cancelled",
}


def suggest_columns(header: Iterable[str]) -> dict[str, str]:
    """{column: field}, each field once: the first column that is called so has it."""
    taken: dict[str, str] = {}
    for column in header:
        field = COLUMNS.get(column, "")
        if field and field not in taken.values():
            taken[column] = field
    return taken


def suggest(values: Iterable[str], words: dict[Any, str]) -> dict[str, str]:
    """{what the file says: what it stands for here}, as far as anybody can tell."""
    known = {word: str(key) for key, said in words.items() for word in said.split()}
    return {value: known.get("_".join(value.lower().replace("-", " ").split()), "") for value in values}
