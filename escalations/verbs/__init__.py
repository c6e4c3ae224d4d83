from .access import AccessVerbs
from .actions import ActionVerbs
from .aftercare import AftercareVerbs
from .calls import CallVerbs
from .checklist import ChecklistVerbs
from .customer import CustomerVerbs
from .customer_side import CustomerSideVerbs
from .desk import DeskVerbs
from .files import FileVerbs
from .informing import InformVerbs
from .ladder import LadderVerbs
from .relations import RelationVerbs
from .review import ReviewVerbs
from .team import TeamVerbs
from .told import ToldVerbs
from .watching import WatchVerbs


class Verbs(
    CustomerVerbs,
    InformVerbs,
    DeskVerbs,
    FileVerbs,
    LadderVerbs,
    ToldVerbs,
    TeamVerbs,
    CallVerbs,
    RelationVerbs,
    CustomerSideVerbs,
    ChecklistVerbs,
    ReviewVerbs,
    ActionVerbs,
    AftercareVerbs,
    WatchVerbs,
    AccessVerbs,
):
    """All that can be done to a ticket. Every verb is atomic and takes `by` (who) and `at` (an aware datetime)."""


__all__ = ["Verbs"]
