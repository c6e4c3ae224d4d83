"""What became of claimed messages, written down where the lease still holds."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from templates_app import backoff
from templates_app.bundling import Parcel
from templates_app.claim import HELD, Claim
from templates_app.mail import Mail
from templates_app.models import Notification
from templates_app.models.notification import State

log = logging.getLogger(__name__)
FREE = {"lease": "", "lease_until": None}


@dataclass(frozen=True)
class Accepted:
    """A mail that the server has taken. `provider_id` is its name for it; `delivered`: with that it has arrived."""

    parcel: Parcel
    mail: Mail
    provider_id: str = ""
    delivered: bool = False


def mark_sent(
    claim: Claim,
    accepted: list[Accepted],
    at: datetime,
    reason: str,
    tell: Callable[[list[Notification], datetime], None],
) -> int:
    """`tell` runs in the same transaction; what it breaks must not send the mail again, so then it goes untold."""
    if not accepted:
        return 0
    try:
        with transaction.atomic():
            rows = _write_sent(claim, accepted, at, reason)
            tell(rows, at)
    except DatabaseError:
        raise
    except Exception:
        log.exception("sent, but what follows from it failed")
        if len(accepted) > 1:
            return sum(mark_sent(claim, [one], at, reason, tell) for one in accepted)
        with transaction.atomic():
            rows = _write_sent(claim, accepted, at, reason)
    return len(rows)


def mark_cancelled(claim: Claim, reasons: dict[Notification, str], at: datetime) -> int:
    """Nothing of it is left to be read."""
    by_reason: dict[str, list[Notification]] = {}
    for row, reason in reasons.items():
        by_reason.setdefault(str(reason)[:300], []).append(row)
    return sum(
        claim.ours(rows).update(
            state=State.CANCELLED,
            reason=reason,
            next_try_at=None,
            bundled_into=None,
            read_at=Coalesce(F("read_at"), at),
            **FREE,
        )
        for reason, rows in by_reason.items()
    )


def mark_dead(
    claim: Claim,
    rows: Iterable[Notification],
    reason: str,
    at: datetime,
    tell: Callable[[Notification, datetime], None],
) -> int:
    """Returns how many died. Where `tell` breaks the row stays queued: somebody must hear of it in the end."""
    return sum(_mark_one_dead(claim, row, reason, at, tell) for row in rows)


def mark_put_off(claim: Claim, parcel: Parcel, reason: str, at: datetime, seconds: float | None = None) -> int:
    """One chance for the whole parcel, which stays together: it may have arrived, and what comes again must be the same
    mail. `seconds`: what the other side asks for."""
    lead, *rest = parcel
    attempts = lead.attempts + 1
    until = backoff.next_try(at, attempts) if seconds is None else at + timedelta(seconds=min(max(seconds, 1), 3600))
    changes = {"attempts": attempts, "next_try_at": until, "reason": reason[:300]}
    together = claim.release(rest, bundled_into=lead, **changes) if rest else 0
    return together + claim.release([lead], bundled_into=None, **changes)


def mark_handed_on(
    claim: Claim,
    rows: Iterable[Notification],
    reason: str,
    at: datetime,
    tell: Callable[[Notification, datetime], None],
) -> int:
    """The same rows, for the next of their channels, now. What `tell` breaks holds up none. Returns how many."""
    return sum(_hand_on(claim, row, reason, at, tell) for row in rows)


def mark_held(claim: Claim, parcel: Parcel, until: datetime) -> int:
    return claim.release(parcel, next_try_at=until, reason=HELD)


def _write_sent(claim: Claim, accepted: list[Accepted], at: datetime, reason: str) -> list[Notification]:
    done: list[Notification] = []
    for one in accepted:
        lead, *rest = one.parcel
        final = {"state": State.SENT, "sent_at": at, "reason": reason, "next_try_at": None, **FREE}
        final |= {"provider_id": one.provider_id[:200]} if one.provider_id else {}
        final |= {"delivered_at": at} if one.delivered else {}
        wrote = claim.ours([lead]).update(
            subject=one.mail.subject[:300], text=one.mail.text, html=one.mail.html, bundled_into=None, **final
        )
        wrote += claim.ours(rest).update(subject=one.mail.subject[:300], bundled_into=lead, **final) if rest else 0
        done += one.parcel if wrote == len(one.parcel) else _now_sent(one.parcel, at)
    return done


def _now_sent(parcel: Parcel, at: datetime) -> list[Notification]:
    """Our lease had run out for some: another process sends those, and marks them."""
    pks = Notification.objects.filter(pk__in=[row.pk for row in parcel], state=State.SENT, sent_at=at)
    ours = set(pks.values_list("pk", flat=True))
    return [row for row in parcel if row.pk in ours]


def _hand_on(
    claim: Claim, row: Notification, reason: str, at: datetime, tell: Callable[[Notification, datetime], None]
) -> int:
    following, *left = row.channels
    tried = [*row.tried, {"channel": row.channel, "at": at.isoformat(), "reason": reason[:300]}]
    changes = {"channel": following, "channels": left, "tried": tried, "attempts": 0, "next_try_at": at, "reason": ""}
    changes["bundled_into"] = None
    try:
        with transaction.atomic():
            if moved := claim.release([row], **changes):
                tell(row, at)
            return moved
    except DatabaseError:
        raise
    except Exception:
        log.exception("handed on, but what follows from it failed: message %s", row.pk)
        return claim.release([row], **changes)


def _mark_one_dead(
    claim: Claim, row: Notification, reason: str, at: datetime, tell: Callable[[Notification, datetime], None]
) -> int:
    try:
        with transaction.atomic():
            died = claim.ours([row]).update(
                state=State.DEAD, reason=reason[:300], next_try_at=None, bundled_into=None, **FREE
            )
            if died:
                row.state, row.reason = State.DEAD, reason[:300]
                tell(row, at)
            return died
    except DatabaseError:
        raise
    except Exception:
        log.exception("undeliverable, but nobody could be told: message %s", row.pk)
        row.state = State.QUEUED
        attempts = min(row.attempts + 1, backoff.TRIES)
        claim.release([row], attempts=attempts, next_try_at=backoff.next_try(at, attempts), reason=reason[:300])
        return 0
