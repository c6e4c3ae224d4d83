from .customer import CustomerVerbs
from .desk import DeskVerbs
from .ladder import LadderVerbs


class Verbs(CustomerVerbs, DeskVerbs, LadderVerbs):
    """All that can be done to a ticket. Every verb is atomic and takes `by` (who) and `at` (an aware datetime)."""


__all__ = ["Verbs"]
