"""Delivery of the outbox: at least once, by any number of processes at the same time.

Claim with a lease, compose, ask whether it is still wanted, send outside any transaction, mark where the lease still
holds. Whoever dies on the way leaves rows whose lease runs out. A message whose channel fails it goes to the next of
its channels at once; only when none is left has it failed.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from django.db import DatabaseError

from templates_app import backoff, channels, claim, desk_name, marks
from templates_app.bundling import Parcel
from templates_app.channels import Channel, Directory
from templates_app.channels.hook import TEST
from templates_app.claim import Claim
from templates_app.models import Notification
from templates_app.outcomes import Broken, Later, NoSuchAddress, PutOff, Refused, Unreachable

log = logging.getLogger(__name__)
GROUPS = 20

Failure = Literal["address", "tries", "message"]
Withdrawn = Callable[[list[Notification], datetime], dict[int, str]]
Sent = Callable[[list[Notification], datetime], None]
Failed = Callable[[Notification, datetime], None]


@dataclass
class Report:
    """Messages (rows, not mails) of one pass; `waiting` are due but stay queued: held back, or the server is away.
    `handed_on` went from one channel to the next, and count once more for what became of them there."""

    sent: int = 0
    cancelled: int = 0
    retried: int = 0
    dead: int = 0
    waiting: int = 0
    handed_on: int = 0


def deliver(
    *,
    at: datetime,
    withdrawn: Withdrawn,
    sent: Sent,
    failed: Failed,
    limit: int = 200,
    directory: Directory | None = None,
) -> Report:
    """Sends what is due, channel by channel, `limit` at a time, until nothing is left, the server is away or the
    channel's seconds have passed.

    `withdrawn` names, by primary key, those that nobody should get any more, with the reason; it is asked right before
    the wire. `sent` and `failed` run in the transaction that marks the rows; `failed` once for each message that no
    channel is left for.
    """
    run = Run(at, withdrawn, sent, failed, directory or Directory())
    for _round in channels.ORDER:  # so often at most can one message be handed on
        before = run.report.handed_on
        for channel in channels.ORDER:
            run.through(channel, limit)
        if run.report.handed_on == before:
            break
    return run.report


@dataclass
class Run:
    """One pass over all channels."""

    start: datetime
    withdrawn: Withdrawn
    sent: Sent
    failed: Failed
    directory: Directory
    report: Report = field(default_factory=Report)
    since: float = field(default_factory=time.monotonic)

    @property
    def now(self) -> datetime:
        """`start`, moved on by the whole seconds that the pass has taken: the last mail leaves later than the first."""
        return self.start + timedelta(seconds=int(time.monotonic() - self.since))

    def through(self, kind: type[Channel], limit: int) -> None:
        if claim.due(kind.name, self.now).exists():
            with kind(self.directory) as channel:
                Pass(self, channel).run(limit)


@dataclass
class Pass:
    """One pass over one channel."""

    whole: Run
    channel: Channel
    since: float = field(default_factory=time.monotonic)
    stopped: bool = False

    def run(self, limit: int) -> None:
        while not self.stopped and not self.is_over:
            claimed = claim.claim(self.channel.name, self.now, limit, folds=self.channel.folds)
            if claimed.resting:
                self._pass_by(claimed)
                break
            if not claimed.rows:
                break
            self._deliver(claimed)

    @property
    def now(self) -> datetime:
        return self.whole.now

    @property
    def report(self) -> Report:
        return self.whole.report

    @property
    def is_over(self) -> bool:
        return time.monotonic() - self.since >= self.channel.seconds

    def _pass_by(self, claimed: Claim) -> None:
        """The channel rests: what can go another way does not wait for it."""
        self._hand_on(claimed, claimed.rows, claimed.resting)
        self.report.waiting += claim.due(self.channel.name, self.now).count()

    def _deliver(self, claimed: Claim) -> None:
        desk_name.look()
        self.channel.prepare(claimed.rows, self.now)
        sorting = self.channel.sort(claimed.rows, self.now)
        for parcel, until in sorting.held:
            self.report.waiting += marks.mark_held(claimed, parcel, until)
        for parcels in _groups(sorting.ready):
            if self._must_stop(claimed):
                self._give_back(claimed, parcels)
            else:
                self._deliver_group(claimed, self._still_wanted(claimed, parcels))

    def _must_stop(self, claimed: Claim) -> bool:
        """What one server takes long for goes on for the claim's time; of many servers, each may be slow."""
        return self.stopped or claimed.is_spent or (self.is_over and not self.channel.one_server)

    def _still_wanted(self, claimed: Claim, parcels: list[Parcel]) -> list[Parcel]:
        rows = [row for parcel in parcels for row in parcel]
        reasons = self._ask(rows)
        if not reasons:
            return parcels
        gone = {row: reasons[row.pk] for row in rows if row.pk in reasons}
        self.report.cancelled += marks.mark_cancelled(claimed, gone, self.now)
        left = ([row for row in parcel if row.pk not in reasons] for parcel in parcels)
        return [parcel for parcel in left if parcel]

    def _ask(self, rows: list[Notification]) -> dict[int, str]:
        """Where one row breaks the question the others still get their answer; in doubt it is better to tell."""
        try:
            return self.whole.withdrawn(rows, self.now)
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
                if self._must_stop(claimed):
                    self._give_back(claimed, [parcel])
                elif one := self._send(claimed, parcel):
                    accepted.append(one)
        finally:  # whatever has left must be marked, also when the database or the process is going
            self.report.sent += marks.mark_sent(claimed, accepted, self.now, self.channel.kept, self._tell_sent)
        if accepted:
            self.channel.wake([one.parcel for one in accepted])

    def _tell_sent(self, rows: list[Notification], at: datetime) -> None:
        self.whole.sent(rows, at)
        self.whole.directory.took(self.channel.name, rows, at)

    def _send(self, claimed: Claim, parcel: Parcel) -> marks.Accepted | None:
        worded = self._word(claimed, parcel)
        if not worded:
            return None
        parcel = worded.parcel
        try:
            receipt = self.channel.send(parcel, worded.mail)
            return marks.Accepted(parcel, worded.mail, receipt.provider_id, receipt.delivered)
        except Refused as refused:
            failure: Failure = "address" if isinstance(refused, NoSuchAddress) else "message"
            self._give_up(claimed, parcel, str(refused), failure)
        except PutOff as put_off:
            self._put_off(claimed, parcel, put_off)
            if isinstance(put_off, Broken):
                self._rest(parcel, str(put_off))
        except Unreachable as unreachable:
            self._rest(parcel, str(unreachable))
            self._wait_or_hand_on(claimed, parcel, unreachable)
        except DatabaseError:
            raise
        except Exception as error:  # of strangers' servers anything may come: it costs this message a try, and no other
            log.exception("message %s: sending it broke", parcel[0].pk)
            self._put_off(claimed, parcel, PutOff(f"{type(error).__name__}: {error}"))
        return None

    def _word(self, claimed: Claim, parcel: Parcel) -> marks.Accepted | None:
        """A message that cannot be worded goes to the dead letters at once and takes nobody along."""
        try:
            return marks.Accepted(parcel, self.channel.word(parcel, self.now))
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

    # --- what failed -------------------------------------------------------------------------------------------------

    def _put_off(self, claimed: Claim, parcel: Parcel, put_off: PutOff | Unreachable) -> None:
        seconds = put_off.seconds if isinstance(put_off, Later) else None
        attempts = parcel[0].attempts + 1
        impatient = seconds is not None and seconds > backoff.PATIENCE and parcel[0].urgent
        if impatient or backoff.is_last(attempts, another_way=True):
            parcel = self._hand_on_those_that_can(claimed, parcel, str(put_off))
        # Who tests an address waits for the answer.
        if parcel and (backoff.is_last(attempts) or parcel[0].kind == TEST):
            self._bury(claimed, parcel, str(put_off), "tries")
        elif parcel:
            self.report.retried += marks.mark_put_off(claimed, parcel, str(put_off), self.now, seconds)

    def _wait_or_hand_on(self, claimed: Claim, parcel: Parcel, unreachable: Unreachable) -> None:
        """The desk's one mail server comes back; whether some host on the internet does, nobody knows."""
        stay = self._hand_on_those_that_can(claimed, parcel, str(unreachable))
        if stay and self.channel.one_server:
            self._give_back(claimed, [stay])
        elif stay:
            self._put_off(claimed, stay, unreachable)

    def _give_up(self, claimed: Claim, parcel: Parcel, reason: str, failure: Failure) -> None:
        stay = self._hand_on_those_that_can(claimed, parcel, reason, refused=failure == "address")
        if stay and not self.channel.one_server:
            if failure == "address":
                self.whole.directory.refused(self.channel.name, stay[0], reason, self.now)
            failure = "tries"  # no mailbox is to blame, nor what the message says
        self._bury(claimed, stay, reason, failure)

    def _hand_on_those_that_can(
        self, claimed: Claim, parcel: Parcel, reason: str, *, refused: bool = False
    ) -> list[Notification]:
        """Returns those that have no other way."""
        self._hand_on(claimed, [row for row in parcel if row.channels], reason, refused=refused)
        return [row for row in parcel if not row.channels]

    def _hand_on(self, claimed: Claim, rows: list[Notification], reason: str, *, refused: bool = False) -> None:
        def tell(row: Notification, at: datetime) -> None:
            if refused:
                self.whole.directory.refused(self.channel.name, row, reason, at)

        self.report.handed_on += marks.mark_handed_on(claimed, rows, reason, self.now, tell)

    def _bury(self, claimed: Claim, parcel: Parcel, reason: str, failure: Failure) -> None:
        for row in parcel:
            row.failure = failure
        dead = marks.mark_dead(claimed, parcel, reason, self.now, self.whole.failed)
        self.report.dead += dead
        self.report.retried += len(parcel) - dead

    def _rest(self, parcel: Parcel, reason: str) -> None:
        log.warning("%s cannot be reached: %s", self.channel.name, reason)
        self.channel.rest(parcel, self.now, reason)
        self.stopped = self.stopped or self.channel.one_server

    def _give_back(self, claimed: Claim, parcels: list[Parcel]) -> None:
        self.report.waiting += claimed.release([row for parcel in parcels for row in parcel])


def _groups(parcels: list[Parcel]) -> Iterator[list[Parcel]]:
    """Sent and marked together. One by one while there are few, so that a crash doubles one mail; more in a backlog."""
    size = max(1, len(parcels) // GROUPS)
    for first in range(0, len(parcels), size):
        yield parcels[first : first + size]
