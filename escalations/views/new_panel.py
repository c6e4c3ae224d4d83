"""What follows from a new issue as far as it is written: its severity, its clocks, who is told, and what is alike."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from contacts.models import Customer, User
from contacts.models.matrix import Level
from escalations import budgets
from escalations.alike import LOOKED_AT, OpenIssues, open_issues
from escalations.case import Case
from escalations.durations import Target
from escalations.enums import Cause, EventKind
from escalations.forms.new import NewIssueForm
from escalations.journal import Journal
from escalations.models import Severity, Ticket
from escalations.triage import Decision, Suggestion, is_lower, suggest


@dataclass(frozen=True)
class Deadlines:
    """When what is owed, if it is logged now."""

    answer_by: datetime
    solve_by: datetime
    update_by: datetime | None
    answer: str
    solve: str
    update: str


@dataclass(frozen=True)
class Told:
    rung: str
    name: str
    title: str


@dataclass
class Panel:
    """`severity` is what counts: the chosen one, else the suggested one, else None."""

    at: datetime
    suggestion: Suggestion | None = None
    severity: Severity | None = None
    is_chosen: bool = False
    customer: Customer | None = None
    issues: OpenIssues | None = None
    deadlines: Deadlines | None = None
    told: list[Told] = field(default_factory=list)
    severities: list[Severity] = field(default_factory=list)
    decision: Decision = field(default_factory=Decision)

    @property
    def is_lower(self) -> bool:
        return self.severity is not None and is_lower(self.severity.code, self.decision.suggested)

    @property
    def has_many(self) -> bool:
        return bool(self.issues and self.issues.count >= LOOKED_AT)


def panel_of(form: NewIssueForm, at: datetime) -> Panel:
    """From a form that was cleaned, as far as it is right."""
    given = form.cleaned_data
    panel = Panel(at, severities=list(Severity.objects.select_related("calendar", "response_calendar")))
    panel.customer = given.get("customer")
    panel.suggestion = _suggestion(panel, form)
    panel.is_chosen = bool(given.get("severity"))
    code = given["severity"].code if panel.is_chosen else panel.suggestion and panel.suggestion.severity.code
    panel.severity = next((severity for severity in panel.severities if severity.code == code), None)
    panel.decision = Decision(
        form.answers, panel.suggestion.severity.code if panel.suggestion else "", given.get("why", "")
    )
    if panel.customer:
        panel.issues = open_issues(panel.customer, given.get("subject", ""), given.get("description", ""))
    if panel.severity:
        panel.deadlines = deadlines(panel.severity, given.get("reported_at") or at)
        panel.told = told_at_once(panel.severity, panel.customer, given.get("owner"), at)
    return panel


def _suggestion(panel: Panel, form: NewIssueForm) -> Suggestion | None:
    given = form.cleaned_data
    return suggest(
        panel.severities,
        form.answers,
        subject=given.get("subject", ""),
        description=given.get("description", ""),
        renewal_on=panel.customer.renewal_on if panel.customer else None,
        today=timezone.localdate(panel.at),
    )


def deadlines(severity: Severity, start: datetime) -> Deadlines:
    """By the same arithmetic that starts the clocks."""
    response, resolution = budgets.response_terms(severity, start), budgets.resolution_terms(severity, start)
    update = Target.parse(severity.update_every) if severity.update_every else None
    return Deadlines(
        answer_by=severity.response_worktime.add(start, response["budget"]),
        solve_by=severity.worktime.add(start, resolution["budget"]),
        update_by=severity.worktime.add(start, update.budget(start, severity.worktime)) if update else None,
        answer=Target.parse(severity.response_target).label(),
        solve=Target.parse(severity.resolution_target).label(),
        update=update.label() if update else "",
    )


def told_at_once(severity: Severity, customer: Customer | None, owner: User | None, at: datetime) -> list[Told]:
    """The ladder itself says it: it is climbed on a ticket that is never saved."""
    team_id = (owner.team_id if owner else None) or (customer.team_id if customer else None)
    ticket = Ticket(pk=0, customer=customer, severity=severity, owner=owner, team_id=team_id)
    case = Case(Journal(at, dry=True), ticket, [])
    case.tell_rungs(severity.notify_on_open, cause=Cause.OPENED)
    told: list[Told] = []
    for event in case.journal.events:
        if event.kind == EventKind.ESCALATED:
            told.append(_told(event.data))
        elif event.kind == EventKind.VACANT:
            told.append(Told(_rung(event.data), "", str(event.data.get("title", ""))))
    return told


def _told(data: dict[str, Any]) -> Told:
    return Told(_rung(data), str(data.get("to") or ""), str(data.get("title") or ""))


def _rung(data: dict[str, Any]) -> str:
    level = str(data.get("level", ""))
    return str(Level(level).label) if level in Level.values else level


__all__ = ["Panel", "panel_of"]
