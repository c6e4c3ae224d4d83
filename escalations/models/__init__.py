from .access import TicketAccess
from .attachment import Attachment
from .audit import AuditSeal
from .calendar import Calendar
from .care import ActionItem, CheckIn, ChecklistMark, Review
from .clock import Clock
from .customer_page import CustomerPage
from .drill import Drill, DrillCall
from .erasing import Erasure
from .escalation import Escalation
from .event import Event
from .following import SavedView, Visit, Watch
from .heartbeat import Heartbeat
from .importing import ImportBatch
from .pause import Pause
from .protocol import ChecklistLine, Goal, ProtocolText
from .relation import TicketLink
from .search import SearchText, SearchWord
from .severity import Severity
from .simulation import Simulation
from .team import CustomerCall, Responder
from .ticket import Ticket
from .version import ProtocolVersion, Signature

__all__ = [
    "ActionItem",
    "Attachment",
    "AuditSeal",
    "Calendar",
    "CheckIn",
    "ChecklistLine",
    "ChecklistMark",
    "Clock",
    "CustomerCall",
    "CustomerPage",
    "Drill",
    "DrillCall",
    "Erasure",
    "Escalation",
    "Event",
    "Goal",
    "Heartbeat",
    "ImportBatch",
    "Pause",
    "ProtocolText",
    "ProtocolVersion",
    "Responder",
    "Review",
    "SavedView",
    "SearchText",
    "SearchWord",
    "Severity",
    "Signature",
    "Simulation",
    "Ticket",
    "TicketAccess",
    "TicketLink",
    "Visit",
    "Watch",
]
