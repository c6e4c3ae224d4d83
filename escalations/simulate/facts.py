"""What people did on one issue, without what the engine made of it. Plain values: no database behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contacts.matrix import Recipient
from contacts.models import User


@dataclass(frozen=True)
class Act:
    """One thing done at `at`; `what` is the kind of its event, `data` the event's. `email`: of who did it, if known."""

    at: datetime
    what: str
    data: Mapping[str, Any]
    who: str = ""
    email: str = ""


@dataclass(frozen=True)
class Facts:
    """One issue as it was logged, and what was done to it, oldest first.

    `users` are those it was ever given to, by username; `people` who joined a rung by hand, by rung and name.
    """

    pk: int
    severity: str
    reported_at: datetime
    created_at: datetime
    untriaged: bool = False
    owner: User | None = None
    team_id: int | None = None
    acts: Sequence[Act] = ()
    users: Mapping[str, User] = field(default_factory=dict)
    people: Mapping[tuple[str, str], Recipient] = field(default_factory=dict)
