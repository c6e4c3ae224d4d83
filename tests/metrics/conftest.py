"""The cast of the escalations' own tests."""

from tests.escalations.conftest import acme, at, casey, filled_protocol, log_issue, protocol, team

__all__ = ["acme", "at", "casey", "filled_protocol", "log_issue", "protocol", "team"]
