"""The names of what can be told: every kind of event of an issue as `ticket.<kind>`, and the test."""

from escalations.enums import EventKind
from templates_app.webhooks.deliveries import PING

PREFIX = "ticket."
# kind -> words; what an endpoint may choose from. A test is always sent.
KINDS = {f"{PREFIX}{kind.value}": kind.label for kind in EventKind}

__all__ = ["KINDS", "PING", "PREFIX", "name_of"]


def name_of(kind: str) -> str:
    return f"{PREFIX}{kind}"
