"""Who did it: a user, somebody from a mail's link, or the engine itself."""

from dataclasses import dataclass
from typing import Self

from contacts.models import User

ENGINE = "Switchback"
LONGEST = 120  # characters of a name, wherever one is written down


@dataclass(frozen=True)
class Actor:
    name: str
    user: User | None = None

    @classmethod
    def of(cls, who: "Actor | User") -> "Actor":
        return who if isinstance(who, Actor) else cls(who.name[:LONGEST], who)

    @classmethod
    def system(cls) -> Self:
        return cls(ENGINE)

    @classmethod
    def outsider(cls, name: str) -> Self:
        """Somebody of the contact matrix who has no account."""
        return cls(name[:LONGEST])
