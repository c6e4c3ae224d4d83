"""Managers and administrators hear once a night of rungs that nobody will stand on."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation

from contacts.matrix import Recipient
from contacts.models import User
from contacts.models.people import Role
from escalations.models import Heartbeat
from escalations.reach.coverage import Stretch, coverage
from escalations.write_back import insert
from templates_app.models import Notification
from templates_app.seal import sealed

NAME = "coverage"
FROM, UNTIL = time(5), time(8)  # on the wall of the site's zone: whoever wakes up finds it
SOON = timedelta(hours=24)


def warn(at: datetime) -> int:
    """Look once a night; returns how many messages were written. Safe to run any number of times, anywhere, at once.

    The same gaps are told once, and once more when they begin within 24 hours.
    """
    here = at.astimezone(ZoneInfo(settings.TIME_ZONE))
    night = here.date().isoformat()
    if not FROM <= here.time() < UNTIL or _night_of(Heartbeat.objects.filter(pk=NAME).first()) >= night:
        return 0
    with transaction.atomic():
        Heartbeat.objects.get_or_create(pk=NAME, defaults={"at": at})
        seen = Heartbeat.objects.select_for_update().get(pk=NAME)
        if _night_of(seen) >= night:
            return 0  # another worker was faster
        gaps = coverage(at).gaps
        marks = sorted({mark_of(gap, at) for gap in gaps})
        news = set(marks) - set(seen.detail.get("told", []))
        seen.at, seen.detail = at, {"night": night, "told": marks}
        seen.save()
        messages = [_message(gaps, person, night, at) for person in _told()] if news else []
        insert(messages, ignore_conflicts=True)
    return len(messages)


def _night_of(heartbeat: Heartbeat | None) -> str:
    return str(heartbeat.detail.get("night", "")) if heartbeat else ""


def mark_of(gap: Stretch, at: datetime) -> str:
    """The same for what was told already. While a gap runs its beginning is over and no news."""
    soon = gap.since is None or gap.since <= at + SOON
    begins = "soon" if soon or gap.since is None else gap.since.isoformat()
    facts = (gap.rung.level, gap.rung.team_id, begins, gap.until and gap.until.isoformat(), gap.reasons)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def _told() -> list[User]:
    who = Q(role__in=(Role.MANAGER, Role.ADMIN)) | Q(is_superuser=True)
    return list(User.objects.filter(who, is_active=True).exclude(email="").order_by("pk"))


def _message(gaps: Sequence[Stretch], user: User, night: str, at: datetime) -> Notification:
    to = Recipient.of_user(user)
    leaves_at = to.rhythm.hold_until(at)
    with translation.override(to.language or settings.LANGUAGE_CODE):
        context = {
            "gaps": [_facts(gap) for gap in gaps],
            "path": reverse("coverage"),
            **({"language": to.language} if to.language else {}),
        }
    return Notification(
        idem=sealed(f"{NAME}.{night}.{user.pk}"),
        kind=NAME,
        user_id=user.pk,
        to_name=to.name,
        to_address=to.email,
        time_zone=to.time_zone,
        context=context,
        due_at=at,
        created_at=at,
        next_try_at=leaves_at,
        held_until=leaves_at if leaves_at > at else None,
    )


def _facts(gap: Stretch) -> dict[str, str | None]:
    return {
        "title": gap.rung.title,
        "team": gap.rung.team,
        "since": gap.since.isoformat() if gap.since else None,
        "until": gap.until.isoformat() if gap.until else None,
        "why": gap.why,
    }
