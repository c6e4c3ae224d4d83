"""Open issues of a customer that look like the one that is being written, so that nobody logs it twice."""

from dataclasses import dataclass

from contacts.models import Customer
from escalations.likeness import ideas_of, weight
from escalations.models import Ticket

LOOKED_AT = 50  # the newest open issues of the customer
SHOWN = 3
ENOUGH = 2.0  # of shared weight
SHARE = 0.4  # of what the shorter of both says


@dataclass(frozen=True)
class OpenIssues:
    """`count` stops at 50."""

    count: int
    alike: list[Ticket]


def open_issues(customer: Customer, subject: str, description: str = "") -> OpenIssues:
    """In one query: how many issues of the customer are open, and up to three that are alike, the likest first."""
    newest = customer.tickets.open_ones().select_related("severity", "owner").order_by("-pk")
    rows = list(newest.defer("root_cause", "solution", "prevention")[:LOOKED_AT])
    said = ideas_of(f"{subject} {description}")
    scored = [(score, row) for row in rows if (score := _likeness(said, row)) >= ENOUGH]
    scored.sort(key=lambda pair: (-pair[0], -pair[1].pk))
    return OpenIssues(len(rows), [row for _score, row in scored[:SHOWN]])


def _likeness(said: dict[str, str], ticket: Ticket) -> float:
    other = ideas_of(f"{ticket.subject} {ticket.description}")
    shared = sum(map(weight, said.keys() & other.keys()))
    shorter = min(sum(map(weight, said)), sum(map(weight, other)))
    return shared if shorter and shared >= SHARE * shorter else 0
