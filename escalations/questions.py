"""The three plain questions of the triage, and what the protocol's section 3 makes of each answer."""

from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Who(TextChoices):
    MANY = "many", _("Everybody, or many")
    SEVERAL = "several", _("Several people")
    FEW = "few", _("One or two")
    NOBODY = "nobody", _("Nobody is held up")


class Workaround(TextChoices):
    NONE = "none", _("None")
    PAINFUL = "painful", _("Yes, but it hurts")
    ACCEPTABLE = "acceptable", _("Yes, they can live with it")


class Stake(TextChoices):
    DATA = "data", _("Data lost or exposed")
    MONEY = "money", _("Payments fail")
    LEADERSHIP = "leadership", _("Their leadership threatens to leave")
    RENEWAL = "renewal", _("The renewal is in doubt")
    DEADLINE = "deadline", _("A deadline is near")


# (who, workaround) -> how grave, 0 being the gravest; and whether the protocol leaves room for the next graver one.
# Section 3: no way round it for many is P1; a workaround makes it P2; one that they can live with P3.
IMPACT: dict[tuple[str, str], tuple[int, bool]] = {
    (Who.MANY, Workaround.NONE): (0, False),
    (Who.MANY, Workaround.PAINFUL): (1, False),
    (Who.MANY, Workaround.ACCEPTABLE): (1, False),
    (Who.SEVERAL, Workaround.NONE): (1, True),
    (Who.SEVERAL, Workaround.PAINFUL): (1, False),
    (Who.SEVERAL, Workaround.ACCEPTABLE): (2, False),
    (Who.FEW, Workaround.NONE): (2, True),
    (Who.FEW, Workaround.PAINFUL): (2, False),
    (Who.FEW, Workaround.ACCEPTABLE): (2, False),
}
# A severity is asked for by what is at stake if one of its examples says all of these; its rank if none does.
AT_STAKE: dict[str, tuple[tuple[set[str], ...], int]] = {
    Stake.DATA: (({"records", "lost"}, {"data loss"}, {"security"}, {"privacy"}), 0),
    Stake.MONEY: (({"payment"},), 0),
    Stake.LEADERSHIP: (({"leadership", "threat"}, {"leadership", "leaving"}), 0),
    Stake.RENEWAL: (({"renewal"},), 1),
}


@dataclass(frozen=True)
class Answers:
    """What was answered; empty strings for what was not."""

    who: str = ""
    workaround: str = ""
    stakes: tuple[str, ...] = ()

    @property
    def are_given(self) -> bool:
        return bool((self.who and self.workaround) or self.who == Who.NOBODY or self.stakes)

    def as_data(self) -> dict[str, Any]:
        return {"who": self.who, "workaround": self.workaround, "stakes": list(self.stakes)}


def label_of(question: str, answer: str) -> str:
    """An answer in words, for the story; "" for one that is not known."""
    choices: Any = {"who": Who, "workaround": Workaround, "stakes": Stake}.get(question, ())
    return next((str(choice.label) for choice in choices if choice.value == answer), "")
