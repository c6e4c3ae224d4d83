from .calendar import Calendar
from .clock import Clock
from .escalation import Escalation
from .event import Event
from .heartbeat import Heartbeat
from .pause import Pause
from .protocol import ChecklistLine, ProtocolText
from .severity import Severity
from .ticket import Ticket

__all__ = [
    "Calendar",
    "ChecklistLine",
    "Clock",
    "Escalation",
    "Event",
    "Heartbeat",
    "Pause",
    "ProtocolText",
    "Severity",
    "Ticket",
]
