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

# For verbs that leave the state as it is.
WHILE_OPEN: dict[str, str] = {state: state for state in OPEN}
WHEN_DONE: dict[str, str] = {state: state for state in DONE}
ALWAYS = WHILE_OPEN | WHEN_DONE

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
    **dict.fromkeys(("assign", "change_severity", "escalate", "take", "de_escalate"), WHILE_OPEN),
    **dict.fromkeys(("note", "edit", "watch", "unwatch", "attach", "remove_file"), ALWAYS),
    # The checklist, the post-mortem, what is to be done, how the customer fares.
    **dict.fromkeys(("tick", "untick", "write_review"), ALWAYS),
    **dict.fromkeys(("add_action", "edit_action", "finish_action", "drop_action"), ALWAYS),
    **dict.fromkeys(("publish_review", "reopen_review", "check_in"), WHEN_DONE),
    # The people around an issue, and the issues around it. "absorb" is the other half of "merge".
    **dict.fromkeys(
        ("add_responders", "schedule_call", "change_call"), WHILE_OPEN | {Status.RESOLVED: Status.RESOLVED}
    ),
    **dict.fromkeys(("remove_responder", "cancel_call", "link", "unlink", "retag"), ALWAYS),
    "merge": dict.fromkeys(OPEN, Status.CLOSED),
    "absorb": WHILE_OPEN,
    # What the customer says of it.
    "customer_complains": WHILE_OPEN | dict.fromkeys((Status.WAITING, *DONE), Status.IN_PROGRESS),
    "customer_confirms": {Status.RESOLVED: Status.RESOLVED},
    # A reply from them: whoever waited for it goes on.
    "customer_replies": ALWAYS | {Status.WAITING: Status.IN_PROGRESS},
    # What somebody who was told can do besides taking it.
    **dict.fromkeys(("hold_ladder", "hand_to", "pass_on"), WHILE_OPEN),
    # Who may see it, and what is taken off it for good.
    **dict.fromkeys(("make_confidential", "make_open", "let_see", "unlet_see", "erase"), ALWAYS),
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
    HELD = "held", _("Ladder held")
    ACCESS = "access", _("Who may see it")
    ERASED = "erased", _("Personal data erased")
    IMPORTED = "imported", _("Brought over")


class Confidential(TextChoices):
    """Why an issue is seen by named people only."""

    SECURITY = "security", _("Security")
    PERSONAL = "personal_data", _("Personal data")


class Source(TextChoices):
    """How an issue came in."""

    WEB = "web", _("Logged at the desk")
    MAIL = "mail", _("By e-mail")
    PHONE = "phone", _("By phone")
    API = "api", _("By the API")
    IMPORT = "import", _("Brought over")


class Cause(TextChoices):
    """Why a rung was told."""

    OPENED = "opened", _("told when logged")
    SEVERITY = "severity", _("severity raised")
    BREACH = "breach", _("clock breached")
    STEP = "step", _("still breached")
    MANUAL = "manual", _("escalated by hand")
    UNREACHABLE = "unreachable", _("rung before could not be reached")
    REOPENED = "reopened", _("told when reopened")
    WRONG_PERSON = "wrong_person", _("passed on by the wrong person")


class RootCause(TextChoices):
    """What kind of thing was at the bottom of an issue; named when it is resolved."""

    DEFECT = "defect", _("Defect in our product")
    RELEASE = "release", _("Change or release")
    CAPACITY = "capacity", _("Capacity or performance")
    OUTAGE = "outage", _("Infrastructure outage")
    THIRD_PARTY = "third_party", _("Third party")
    SETUP = "setup", _("Configuration or data")
    SECURITY = "security", _("Security")
    PROCESS = "process", _("Our process or communication")
    CUSTOMER = "customer", _("At the customer’s end")
    OTHER = "other", _("Something else")


TOP = 5
