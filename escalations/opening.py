"""Logging an issue: the ticket, its clocks, and whoever the protocol tells at once."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.nudge import nudge_deliver
from contacts.models import Customer, Team, User
from escalations import budgets
from escalations.actors import Actor
from escalations.case import Case
from escalations.confidential import shut
from escalations.enums import Cause, EventKind
from escalations.errors import Invalid
from escalations.journal import Journal
from escalations.models.clock import Clock
from escalations.models.severity import Severity
from escalations.models.ticket import Ticket
from escalations.triage import Decision, is_lower
from escalations.verbs.access import check_kind, check_people
from templates_app.plain import is_blank, lines, one_line

# A clock of the reporter's machine may be a little ahead of ours.
AHEAD = timedelta(seconds=60)
# Older than this is a slip of the pen, and would make its clocks count through decades of calendar.
OLDEST = timedelta(days=5 * 366)


@transaction.atomic
def open_ticket(
    *,
    customer: Customer,
    subject: str,
    severity: Severity,
    by: Actor | User,
    at: datetime,
    description: str = "",
    owner: User | None = None,
    reporter_name: str = "",
    reporter_email: str = "",
    source: str = "web",
    reported_at: datetime | None = None,
    team: Team | None = None,
    tags: Sequence[str] = (),
    triage: Decision | None = None,
    untriaged: bool = False,
    mail: dict[str, Any] | None = None,
    confidential: str = "",
    people: Collection[User] = (),
) -> Ticket:
    """Log an issue at `at`; its clocks count from `reported_at`, which may lie in the past.

    A clock that is past due already is breached with its true due time, and the ladder climbs once, at once.
    `triage` is what the three questions suggested; choosing less than that needs a reason. `untriaged`: nobody has
    looked yet, a mail opened it (`mail` is what else is kept of it). Then level 1 hears of it, level 2 if the severity
    is one that tells it at once; whoever else that severity tells hears when somebody has confirmed it.
    `confidential` says why only named people may see it, from the first moment: whoever logs it, the owner, those whom
    the ladder tells, and `people`.
    Raises Invalid for an empty subject, a report from the future, an owner who cannot work, or that reason missing.
    """
    actor = Actor.of(by)
    reported_at = _reported(reported_at, at)
    check_subject(subject)
    check_owner(owner)
    _check_triage(triage, severity)
    if confidential:
        check_kind(confidential)
        check_people(people)
    ticket = Ticket(
        customer=customer,
        subject=one_line(subject),
        description=lines(description),
        severity=severity,
        owner=owner,
        team=team or (owner.team if owner else None) or customer.team,
        reporter_name=one_line(reporter_name),
        reporter_email=reporter_email,
        source=source,
        tags=list(tags),
        triage=triage.as_data(severity.code) if triage else {},
        untriaged=untriaged,
        confidential=confidential,
        reported_at=reported_at,
        created_at=at,
        created_by=actor.user,
    )
    journal = Journal(at)
    ticket.protocol_id = journal.protocol
    ticket.save(force_insert=True)
    case = Case(journal, ticket, first_clocks(ticket, reported_at, at))
    case.plan()
    Clock.objects.bulk_create(case.clocks)
    more: dict[str, Any] = {"triage": ticket.triage} if triage else {}
    more |= {"mail": mail} if mail else {}
    case.record(
        EventKind.OPENED,
        by=actor,
        due_at=reported_at,
        text=ticket.triage.get("why", ""),
        severity=severity.code,
        source=source,
        **more,
    )
    if confidential:
        close = {user.pk for user in (actor.user, owner) if user}
        shut(case, close, people, actor)
    case.tell_rungs(told_unseen(severity) if untriaged else severity.notify_on_open, cause=Cause.OPENED)
    case.fire_due(once=True)
    journal.write([case])
    ticket.save()
    if journal.messages:
        nudge_deliver()
    return ticket


def told_unseen(severity: Severity) -> list[int]:
    """A mail's sender can be made up: nobody above the team is woken by one alone."""
    return [1, *(level for level in severity.notify_on_open if str(level) == "2")]


def _reported(reported_at: datetime | None, at: datetime) -> datetime:
    if reported_at and reported_at > at + AHEAD:
        raise Invalid(reported_at=_("This lies in the future. Give the time at which the customer reported it."))
    if reported_at and reported_at < at - OLDEST:
        raise Invalid(reported_at=_("This is more than five years ago. Check the year."))
    return min(reported_at or at, at)


def check_subject(subject: str) -> None:
    """Raises Invalid for a subject in which nothing can be seen."""
    if is_blank(subject):
        raise Invalid(subject=_("Say in a few words what is wrong."))


def _check_triage(triage: Decision | None, severity: Severity) -> None:
    if triage and is_lower(severity.code, triage.suggested) and is_blank(triage.why):
        raise Invalid(
            why=_("%(suggested)s is suggested. Say in one sentence why %(chosen)s is right.")
            % {"suggested": triage.suggested, "chosen": severity.code}
        )


def check_owner(owner: User | None) -> None:
    """Raises Invalid for somebody who cannot work on tickets."""
    if owner and not owner.may_work:
        raise Invalid(owner=_("%(name)s cannot own tickets. Choose somebody else.") % {"name": owner.name})


def first_clocks(ticket: Ticket, start: datetime, at: datetime) -> list[Clock]:
    clocks: list[Any] = [
        budgets.response_clock(ticket, start, at),
        budgets.update_clock(ticket, start, at, cycle=1),
        budgets.resolution_clock(ticket, start, at),
    ]
    for clock in (made := [clock for clock in clocks if clock]):
        clock.protocol_id = ticket.protocol_id
    return made
