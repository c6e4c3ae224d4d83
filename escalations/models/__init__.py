from .attachment import Attachment
from .calendar import Calendar
from .care import ActionItem, CheckIn, ChecklistMark, Review
from .clock import Clock
from .customer_page import CustomerPage
from .drill import Drill, DrillCall
from .escalation import Escalation
from .event import Event
from .following import SavedView, Visit, Watch
from .heartbeat import Heartbeat
from .pause import Pause
from .protocol import ChecklistLine, ProtocolText
from .relation import TicketLink
from .search import SearchText, SearchWord
from .severity import Severity
from .team import CustomerCall, Responder
from .ticket import Ticket

__all__ = [
    "ActionItem",
    "Attachment",
    "Calendar",
    "CheckIn",
    "ChecklistLine",
    "ChecklistMark",
    "Clock",
    "CustomerCall",
    "CustomerPage",
    "Drill",
    "DrillCall",
    "Escalation",
    "Event",
    "Heartbeat",
    "Pause",
    "ProtocolText",
    "Responder",
    "Review",
    "SavedView",
    "SearchText",
    "SearchWord",
    "Severity",
    "Ticket",
    "TicketLink",
    "Visit",
    "Watch",
]
