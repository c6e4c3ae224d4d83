"""One pass over what is due: each endpoint in threads of its own, so that a slow one holds up nobody.

Threads do nothing but ask the other side; what came of it is written here, in the thread that began the pass.
"""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from templates_app import outgoing
from templates_app.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from templates_app.outcomes import Refused
from templates_app.webhooks import claiming, endpoints, schedule
from templates_app.webhooks.deliveries import PING, body_of, name_of

log = logging.getLogger(__name__)

PASS = 10.0  # seconds after which nothing new is begun: workers have other things to do
TURN = 5.0  # seconds after which a lane begins no other delivery
LANES = 4  # requests at once to one endpoint
LOOK_AGAIN = 0.5  # seconds; for what became due, or free, while others still answer
SAID = 200  # characters of an answer that are kept
GONE = 410

State = WebhookDelivery.State
MayNotLeave = Callable[[Sequence[WebhookDelivery]], dict[int, str]]
Trouble = Callable[[WebhookEndpoint, str, datetime], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one try. `status` None: there was no answer, and `said` is why."""

    at: datetime
    took: timedelta
    status: int | None
    said: str = ""
    retry_after: float | None = None

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass
class Report:
    delivered: int = 0
    retried: int = 0
    failed: int = 0


Lane = list[tuple[WebhookDelivery, Outcome | None]]


def deliver(at: datetime, *, may_not_leave: MayNotLeave, gone: Trouble, gave_up: Trouble) -> Report:
    """Sends what is due. `may_not_leave` names by primary key, with the reason, what its endpoint must not be told any
    more; it is asked right before the wire. `gone` and `gave_up` are told of an endpoint that was switched off, or did
    not take a message in all its tries, in the transaction that writes it down."""
    return Pass(at, may_not_leave, gone, gave_up).run()


@dataclass
class Pass:
    start: datetime
    may_not_leave: MayNotLeave
    gone: Trouble
    gave_up: Trouble
    report: Report = field(default_factory=Report)
    since: float = field(default_factory=time.monotonic)

    @property
    def now(self) -> datetime:
        """`start`, moved on by the seconds that the pass has taken."""
        return self.start + timedelta(seconds=int(time.monotonic() - self.since))

    def run(self) -> Report:
        batches = claiming.claim(self.now)
        if not batches:
            return self.report
        with ThreadPoolExecutor(endpoints.MOST * LANES, "webhook") as pool:
            under_way: set[Future[Lane]] = set()
            while batches or under_way:
                for batch in batches:
                    under_way |= {pool.submit(self._lane, lane) for lane in _lanes(self._allowed(batch))}
                done, under_way = wait(under_way, timeout=LOOK_AGAIN, return_when=FIRST_COMPLETED)
                for lane in done:
                    self._write(lane.result())
                is_over = time.monotonic() - self.since >= PASS
                batches = [] if is_over else claiming.claim(self.now)
        return self.report

    def _allowed(self, batch: list[WebhookDelivery]) -> list[WebhookDelivery]:
        reasons = self.may_not_leave(batch)
        withheld = [row for row in batch if row.pk in reasons]
        with transaction.atomic():
            for row in withheld:
                self._settle(row, Outcome(self.now, timedelta(), None, reasons[row.pk]), State.FAILED)
        return [row for row in batch if row.pk not in reasons]

    # --- in a thread: no database ------------------------------------------------------------------------------------

    def _lane(self, rows: list[WebhookDelivery]) -> Lane:
        """None for those that there was no time for."""
        since = time.monotonic()
        return [(row, self._try(row) if time.monotonic() - since < TURN else None) for row in rows]

    def _try(self, delivery: WebhookDelivery) -> Outcome:
        at, since, body = self.now, time.monotonic(), body_of(delivery)
        answer: outgoing.Answer | None = None
        try:
            signed = endpoints.headers(delivery.endpoint, name_of(delivery), at, body)
            answer = outgoing.post(delivery.endpoint.url, body, {"Content-Type": "application/json", **signed})
            said = _("a redirect, which is not followed") if 300 <= answer.status < 400 else answer.text
        except (outgoing.NotAllowed, outgoing.Unreached, Refused) as error:
            said = str(error)
        except Exception as error:  # one that cannot be sent must not keep the others
            log.exception("webhook delivery %s cannot be sent", delivery.pk)
            said = type(error).__name__
        took = timedelta(seconds=time.monotonic() - since)
        if answer is None:
            return Outcome(at, took, None, _printable(said))
        return Outcome(at, took, answer.status, _printable(said), answer.retry_after)

    # --- writing it down ---------------------------------------------------------------------------------------------

    def _write(self, lane: Lane) -> None:
        for delivery, outcome in lane:
            with transaction.atomic():
                if outcome is None:
                    claiming.ours(delivery).update(claimed_until=None)
                else:
                    self._note(delivery, outcome)

    def _note(self, delivery: WebhookDelivery, outcome: Outcome) -> None:
        endpoint = delivery.endpoint
        if outcome.is_taken:
            self.report.delivered += self._settle(delivery, outcome, State.DELIVERED)
        elif outcome.status == GONE:
            self.report.failed += self._settle(delivery, outcome, State.FAILED)
            self._switch_off(endpoint)
        elif delivery.kind == PING or self._put_off(delivery, outcome) is None:
            settled = self._settle(delivery, outcome, State.FAILED)
            self.report.failed += settled
            if settled and delivery.kind != PING:
                self.gave_up(endpoint, f"{outcome.status or ''} {outcome.said}".strip(), self.now)

    def _put_off(self, delivery: WebhookDelivery, outcome: Outcome) -> datetime | None:
        again = schedule.next_try(self.now, delivery.tries + 1, outcome.retry_after)
        if again:
            self.report.retried += self._settle(delivery, outcome, State.WAITING, again)
        return again

    def _switch_off(self, endpoint: WebhookEndpoint) -> None:
        fresh = WebhookEndpoint.objects.filter(pk=endpoint.pk, disabled_at=None).first()
        if fresh:
            endpoints.switch_off(fresh, self.now, _("it answered 410 Gone"))
            self.gone(fresh, fresh.disabled_why, self.now)

    def _settle(
        self, delivery: WebhookDelivery, outcome: Outcome, state: str, next_try_at: datetime | None = None
    ) -> int:
        """1 if the row was still ours; somebody else decides about it otherwise."""
        changed = claiming.ours(delivery).update(
            state=state,
            next_try_at=next_try_at,
            claimed_until=None,
            tries=delivery.tries + 1,
            finished_at=None if next_try_at else self.now,
        )
        if changed:
            WebhookAttempt.objects.create(
                delivery=delivery,
                at=outcome.at,
                took=outcome.took,
                status=outcome.status,
                said=outcome.said,
                by_hand=delivery.tries == 0 and delivery.was_tried,  # type: ignore[attr-defined]
            )
        return changed


def _lanes(rows: list[WebhookDelivery]) -> list[list[WebhookDelivery]]:
    return [lane for n in range(LANES) if (lane := rows[n::LANES])]


def _printable(text: str) -> str:
    """Whatever the other side says, in one line that every database takes."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())[:SAID]
