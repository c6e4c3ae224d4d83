"""The words of the desk: states, clocks, events, and which verb may follow which state."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(TextChoices):
    NEW = "new", pgettext_lazy("status", "New")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING = "waiting", _("Waiting on customer")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")


OPEN = (Status.NEW, Status.ACKNOWLEDGED, Status.IN_PROGRESS, Status.WAITING)
DONE = (Status.RESOLVED, Status.CLOSED)

# verb -> {state it may start from: state it leads to}. A verb that is not listed for a state is refused there.
TRANSITIONS: dict[str, dict[str, str]] = {
    "acknowledge": {Status.NEW: Status.ACKNOWLEDGED},
    "wait": dict.fromkeys((Status.NEW, Status.ACKNOWLEDGED, Status.IN_PROGRESS), Status.WAITING),
    "resume": {Status.WAITING: Status.IN_PROGRESS},
    "send_update": {
        Status.NEW: Status.NEW,
        Status.ACKNOWLEDGED: Status.IN_PROGRESS,
        Status.IN_PROGRESS: Status.IN_PROGRESS,
        Status.WAITING: Status.WAITING,
    },
    "resolve": dict.fromkeys(OPEN, Status.RESOLVED),
    "reopen": dict.fromkeys(DONE, Status.IN_PROGRESS),
    "close": {Status.RESOLVED: Status.CLOSED},
    **{
        verb: {state: state for state in OPEN}
        for verb in ("assign", "change_severity", "escalate", "take", "de_escalate")
    },
    **{verb: {state: state for state in (*OPEN, *DONE)} for verb in ("note", "edit", "watch", "unwatch")},
    **{verb: {state: state for state in (*OPEN, *DONE)} for verb in ("attach", "remove_file")},
    # After the fix: the checklist, the post-mortem, what is to be done, how the customer fares.
    **{
        verb: {state: state for state in (*OPEN, *DONE)}
        for verb in ("tick", "untick", "write_review", "add_action", "edit_action", "finish_action", "drop_action")
    },
    **{verb: {state: state for state in DONE} for verb in ("publish_review", "reopen_review", "check_in")},
    # The people around an issue, and the issues around it. "absorb" is the other half of "merge".
    "merge": dict.fromkeys(OPEN, Status.CLOSED),
    "absorb": {state: state for state in OPEN},
    **{
        verb: {state: state for state in (*OPEN, Status.RESOLVED)}
        for verb in ("add_responders", "schedule_call", "change_call")
    },
    **{
        verb: {state: state for state in (*OPEN, *DONE)}
        for verb in ("remove_responder", "cancel_call", "link", "unlink", "retag")
    },
    "customer_complains": {state: state for state in OPEN}
    | dict.fromkeys((Status.WAITING, *DONE), Status.IN_PROGRESS),
    "customer_confirms": {Status.RESOLVED: Status.RESOLVED},
}


class ClockKind(TextChoices):
    RESPONSE = "response", _("First response")
    UPDATE = "update", _("Customer update")
    RESOLUTION = "resolution", _("Resolution")


class Verdict(TextChoices):
    MET = "met", _("Met")
    BREACHED = "breached", _("Breached")
    NONE = "stopped", _("Stopped with no verdict")


class EventKind(TextChoices):
    OPENED = "opened", _("Logged")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    ASSIGNED = "assigned", _("Assigned")
    SEVERITY = "severity", _("Severity changed")
    WAITING = "waiting", _("Waiting on customer")
    RESUMED = "resumed", _("Resumed")
    NOTE = "note", _("Internal note")
    UPDATE_SENT = "update_sent", _("Customer updated")
    EDITED = "edited", _("Edited")
    RESOLVED = "resolved", _("Resolved")
    REOPENED = "reopened", _("Reopened")
    CLOSED = "closed", _("Closed")
    AT_RISK = "at_risk", _("At risk")
    BREACH = "breach", _("Breached")
    STEP = "step", _("Ladder step")
    REMINDER = "reminder", _("Update reminder")
    ESCALATED = "escalated", _("Escalated")
    SKIPPED = "skipped", _("Passed over")
    VACANT = "vacant", _("Nobody on this rung")
    UNREACHABLE = "unreachable", _("Could not be reached")
    TAKEN = "taken", _("Taken")
    DE_ESCALATED = "de_escalated", _("De-escalated")
    ATTACHED = "attached", _("File added")
    CHECKED = "checked", _("Checklist")
    LINKED = "linked", _("Linked")
    MERGED = "merged", _("Merged")
    TEAM = "team", _("Response team")
    CALL = "call", _("Customer call")
    CUSTOMER = "customer", _("From the customer")
    REVIEWED = "reviewed", _("Post-mortem")
    ACTION = "action", _("Action item")
    CHECK_IN = "check_in", _("Check-in")


class Cause(TextChoices):
    """Why a rung was told."""

    OPENED = "opened", _("told when logged")
    SEVERITY = "severity", _("severity raised")
    BREACH = "breach", _("clock breached")
    STEP = "step", _("still breached")
    MANUAL = "manual", _("escalated by hand")
    UNREACHABLE = "unreachable", _("rung before could not be reached")
    REOPENED = "reopened", _("told when reopened")


TOP = 5
