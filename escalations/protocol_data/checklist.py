"""The response checklist (Escalation Protocol, section 7): ten lines, and what each severity asks of them."""

from typing import Any

CODES = ("P1", "P2", "P3", "P4")
Asked = dict[str, str]


def required(label: str = "") -> Asked:
    return {"asked": "required", "label": label}


def if_needed(label: str = "") -> Asked:
    return {"asked": "if_needed", "label": label}


YES, IF_NEEDED, NO = required(), if_needed(), {"asked": "no", "label": ""}


def _line(key: str, action: str, *asked: Asked) -> dict[str, Any]:
    return {"key": key, "action": action, "by_severity": dict(zip(CODES, asked, strict=True))}


CHECKLIST: list[dict[str, Any]] = [
    _line(
        "acknowledge",
        "Acknowledge within SLA",
        required("15 min"),
        required("1 hour"),
        required("4 hours"),
        required("1 day"),
    ),
    _line("create-ticket", "Create ticket in system", YES, YES, YES, YES),
    _line("notify-team", "Notify internal team (Slack/Email)", YES, YES, NO, NO),
    _line("escalate", "Escalate to Manager/VP", YES, IF_NEEDED, NO, NO),
    _line("response-team", "Assemble response team", YES, IF_NEEDED, NO, NO),
    _line("customer-call", "Schedule customer call", YES, YES, IF_NEEDED, NO),
    _line("hourly-updates", "Provide hourly updates", YES, NO, NO, NO),
    _line("root-cause", "Document root cause", YES, YES, YES, if_needed("if applicable")),
    _line("post-mortem", "Conduct post-mortem review", YES, YES, IF_NEEDED, NO),
    _line(
        "account-health",
        "Monitor account health post-resolution",
        required("30 days"),
        required("14 days"),
        required("7 days"),
        NO,
    ),
]
