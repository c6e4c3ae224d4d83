"""What the desk keeps for a time only: personal data of closed issues, texts of sent messages, sign-ins.

Worked off in bounded batches, oldest first; run again it goes on where it was, and finds nothing when all is done.
"""

from calendar import monthrange
from collections import Counter
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from contacts.models import SiteSettings, User
from escalations.actors import Actor
from escalations.enums import Status
from escalations.models import Ticket
from templates_app.models import Notification
from templates_app.models.notification import State

from .erase import erase_in
from .person import MARK, Person

MOST_TICKETS, MOST_ROWS = 200, 5000  # a round


def due(at: datetime) -> dict[str, QuerySet[Any]]:
    """What is past its period at `at`, by name. Nothing, where no period is set."""
    desk = SiteSettings.current()
    found: dict[str, QuerySet[Any]] = {}
    if desk.keep_people:
        named = ~Q(reporter_email="") | ~Q(reporter_name__in=("", MARK))
        old = Ticket.objects.filter(status=Status.CLOSED, closed_at__lt=_before(at, desk.keep_people))
        found["people"] = old.filter(named).order_by("closed_at", "pk")
    if desk.keep_messages:
        old_ones = Notification.objects.filter(created_at__lt=_before(at, desk.keep_messages)).exclude(
            state=State.QUEUED
        )
        found["messages"] = old_ones.exclude(text="", html="", context={}).order_by("created_at", "pk")
    if desk.keep_sign_ins:
        since = _before(at, desk.keep_sign_ins)
        found["sign_ins"] = UserSession.objects.filter(last_seen_at__lt=since).order_by("pk")
        found["sessions"] = Session.objects.filter(expire_date__lt=min(since, at)).order_by("pk")
        found["last_sign_ins"] = User.objects.filter(last_login__lt=since).order_by("pk")
    return found


def retain(at: datetime) -> Counter[str]:
    """One round; how many of each."""
    done: Counter[str] = Counter()
    for name, rows in due(at).items():
        if name == "people":
            for ticket in rows[:MOST_TICKETS]:
                names = tuple({ticket.reporter_name} - {"", MARK})
                erase_in(ticket.pk, Person(ticket.reporter_email.lower(), names), by=Actor.system(), at=at)
                done[name] += 1
            continue
        keys = list(rows.values_list("pk", flat=True)[:MOST_ROWS])
        mine = rows.model._default_manager.filter(pk__in=keys)
        if name == "messages":
            done[name] += mine.update(text="", html="", context={})
        elif name == "last_sign_ins":
            done[name] += mine.update(last_login=None)
        else:
            mine.delete()
            done[name] += len(keys)
    return +done


def _before(at: datetime, months: int) -> datetime:
    """So many months earlier; a day that its month does not have is its last."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
