"""Delivery of the outbox: at least once, by any number of processes at the same time.

Claim with a lease, compose, ask whether it is still wanted, send outside any transaction, mark where the lease still
holds. Whoever dies on the way leaves rows whose lease runs out.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from django.db import DatabaseError

from templates_app import backoff, breaker, bundling, claim, mail, marks
from templates_app.bundling import Parcel
from templates_app.claim import CHANNEL, Claim
from templates_app.models import Notification
from templates_app.outcomes import Broken, NoSuchAddress, PutOff, Refused, Unreachable
from templates_app.post import Post

log = logging.getLogger(__name__)
PASS_SECONDS = 20  # no further claim after that; with claim.SEND_WITHIN a pass ends within a minute
GROUPS = 20

Failure = Literal["address", "tries", "message"]
Withdrawn = Callable[[list[Notification], datetime], dict[int, str]]
Sent = Callable[[list[Notification], datetime], None]
Failed = Callable[[Notification, datetime], None]


@dataclass
class Report:
    """Messages (rows, not mails) of one pass; `waiting` are due but stay queued: held back, or the server is away."""

    sent: int = 0
    cancelled: int = 0
    retried: int = 0
    dead: int = 0
    waiting: int = 0


def deliver(*, at: datetime, withdrawn: Withdrawn, sent: Sent, failed: Failed, limit: int = 200) -> Report:
    """Sends what is due, `limit` at a time, until nothing is left, the server is away or 20 s have passed.

    `withdrawn` names, by primary key, those that nobody should get any more, with the reason; it is asked right before
    the wire. `sent` and `failed` run in the transaction that marks the rows.
    """
    if breaker.rests(CHANNEL, at):
        return Report(waiting=claim.due(at).count())
    with Post() as post:
        return Pass(at, post, withdrawn, sent, failed).run(limit)


@dataclass
class Pass:
    start: datetime
    post: Post
    withdrawn: Withdrawn
    sent: Sent
    failed: Failed
    report: Report = field(default_factory=Report)
    since: float = field(default_factory=time.monotonic)
    stopped: bool = False

    def run(self, limit: int) -> Report:
        while not self.stopped and time.monotonic() - self.since < PASS_SECONDS:
            claimed = claim.claim(self.now, limit)
            if not claimed.rows:
                break
            self._deliver(claimed)
        return self.report

    @property
    def now(self) -> datetime:
        """`start`, moved on by the whole seconds that the pass has taken: the last mail leaves later than the first."""
        return self.start + timedelta(seconds=int(time.monotonic() - self.since))

    def _deliver(self, claimed: Claim) -> None:
        sorting = bundling.sort(claimed.rows, bundling.last_mails(claimed.rows, self.now), self.now)
        for parcel, until in sorting.held:
            self.report.waiting += marks.mark_held(claimed, parcel, until)
        for parcels in _groups(sorting.ready):
            if self.stopped or claimed.is_spent:
                self._give_back(claimed, parcels)
            else:
                self._deliver_group(claimed, self._still_wanted(claimed, parcels))

    def _still_wanted(self, claimed: Claim, parcels: list[Parcel]) -> list[Parcel]:
        rows = [row for parcel in parcels for row in parcel]
        reasons = self._ask(rows)
        if not reasons:
            return parcels
        self.report.cancelled += marks.mark_cancelled(claimed, {r: reasons[r.pk] for r in rows if r.pk in reasons})
        left = ([row for row in parcel if row.pk not in reasons] for parcel in parcels)
        return [parcel for parcel in left if parcel]

    def _ask(self, rows: list[Notification]) -> dict[int, str]:
        """Where one row breaks the question the others still get their answer; in doubt it is better to tell."""
        try:
            return self.withdrawn(rows, self.now)
        except DatabaseError:
            raise
        except Exception:
            log.exception("could not ask whether messages are still wanted")
            if len(rows) == 1:
                return {}
        return {pk: reason for row in rows for pk, reason in self._ask([row]).items()}

    def _deliver_group(self, claimed: Claim, parcels: list[Parcel]) -> None:
        accepted: list[marks.Accepted] = []
        try:
            for parcel in parcels:
                if self.stopped or claimed.is_spent:
                    self._give_back(claimed, [parcel])
                elif one := self._send(claimed, parcel):
                    accepted.append(one)
        finally:  # whatever has left must be marked, also when the database or the process is going
            self.report.sent += marks.mark_sent(claimed, accepted, self.now, self.post.kept, self.sent)
        if accepted:
            breaker.reset(CHANNEL)

    def _send(self, claimed: Claim, parcel: Parcel) -> marks.Accepted | None:
        worded = self._word(claimed, parcel)
        if not worded:
            return None
        parcel = worded.parcel
        try:
            self.post.send(parcel, worded.mail)
            return worded
        except Refused as refused:
            self._bury(claimed, parcel, str(refused), "address" if isinstance(refused, NoSuchAddress) else "message")
        except PutOff as put_off:
            self._put_off(claimed, parcel, str(put_off))
            if isinstance(put_off, Broken):
                self._stop(str(put_off))
        except Unreachable as unreachable:
            self._give_back(claimed, [parcel])
            self._stop(str(unreachable))
        return None

    def _word(self, claimed: Claim, parcel: Parcel) -> marks.Accepted | None:
        """A message that cannot be worded goes to the dead letters at once and takes nobody along."""
        try:
            return marks.Accepted(parcel, mail.compose(parcel, at=self.now))
        except Exception as error:
            if len(parcel) == 1:
                log.exception("message %s cannot be worded", parcel[0].pk)
                self._bury(claimed, parcel, f"cannot be worded: {type(error).__name__}: {error}", "message")
                return None
        good = [one for row in parcel if (one := self._word(claimed, [row]))]
        if len(good) == len(parcel):  # each of them can go, only not together
            self._give_back(claimed, [one.parcel for one in good[1:]])
            return good[0]
        return self._word(claimed, [row for one in good for row in one.parcel]) if good else None

    def _bury(self, claimed: Claim, parcel: Parcel, reason: str, failure: Failure) -> None:
        for row in parcel:
            row.failure = failure
        dead = marks.mark_dead(claimed, parcel, reason, self.now, self.failed)
        self.report.dead += dead
        self.report.retried += len(parcel) - dead

    def _put_off(self, claimed: Claim, parcel: Parcel, reason: str) -> None:
        if backoff.is_last(parcel[0].attempts + 1):
            self._bury(claimed, parcel, reason, "tries")
        else:
            self.report.retried += marks.mark_put_off(claimed, parcel, reason, self.now)

    def _stop(self, reason: str) -> None:
        log.warning("the mail server cannot be reached: %s", reason)
        breaker.trip(CHANNEL, self.now, reason)
        self.stopped = True

    def _give_back(self, claimed: Claim, parcels: list[Parcel]) -> None:
        self.report.waiting += claimed.release([row for parcel in parcels for row in parcel])


def _groups(parcels: list[Parcel]) -> Iterator[list[Parcel]]:
    """Sent and marked together. One by one while there are few, so that a crash doubles one mail; more in a backlog."""
    size = max(1, len(parcels) // GROUPS)
    for first in range(0, len(parcels), size):
        yield parcels[first : first + size]
