"""What the demo's people did after each fix: ticked the checklist, held the post-mortem, asked the customer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from contacts.health import record_health
from contacts.models import Customer, User
from contacts.models.customers import Health
from escalations.care import care
from escalations.checklist import open_lines
from escalations.models import ActionItem, CheckIn, Ticket

from .acts import DAY, HOUR, MINUTE, Act, dice
from .content import Story

GRAVE = ("P1", "P2")
LEFT_TO_DO = 3 * DAY  # what was due within that time is still open
NOTES = {
    "response-team": "War room on the bridge, with engineering and support",
    "customer-call": "Daily call with their operations lead",
    "hourly-updates": "One was late: the customer was on the phone with us at the time",
}
WELL = "The runbook was at hand, and the customer was told what we knew as soon as we knew it."
TELL = "Tell the other customers on the same release what was found, and what has changed"
DOUBT = "The fix holds, and still they talk to somebody else about the renewal."
LESSON = "We look for this before the customer does: the alarm comes first, the runbook says what it means."


def with_review(story: Story, acts: Sequence[Act], now: datetime) -> list[Act]:
    """A grave issue that is over has its post-mortem a few hours after the fix, before anybody closes it."""
    fixed = max((act.at for act in acts if act.verb == "resolve"), default=None)
    if story.severity not in GRAVE or fixed is None or fixed + 6 * HOUR > now:
        return list(acts)
    return sorted([*acts, Act(fixed + 5 * HOUR, "review")], key=lambda act: act.at)


class Aftercare:
    """Plays the reminders as the engine would have sent them, and what people did about them."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._in_doubt = set(Customer.objects.filter(health=Health.RED).values_list("pk", flat=True))

    def review(self, ticket: Ticket, story: Story, by: User, at: datetime) -> None:
        for item in open_lines(ticket):
            if item.key in NOTES:
                ticket.tick(line=item.line, note=NOTES[item.key], by=by, at=at)
        ticket.publish_review(
            version=0,
            summary=story.description,
            impact=f"{ticket.customer.name} could not work as usual until it was fixed.",
            causes=story.root_cause,
            went_well=WELL,
            lessons=LESSON,
            by=by,
            at=at + 20 * MINUTE,
        )
        self._give(ticket, story, by, at + 30 * MINUTE)

    def _give(self, ticket: Ticket, story: Story, by: User, at: datetime) -> None:
        rng = dice("action", ticket.subject)
        casey = User.objects.filter(username="casey").first()
        first = story.prevention.partition(". ")[0].rstrip(".")
        for text, owner, days in ((first, by, (6, 30)), (TELL, casey or by, (4, 16))):
            due = (at + rng.randint(*days) * DAY).date()
            ticket.add_action(text=text[:300], owner=owner, due_on=due, by=by, at=at)

    def close(self, ticket: Ticket, by: User, at: datetime) -> None:
        left = open_lines(ticket)
        ticket.close(by=by, at=at, reason="The customer confirmed, and has asked for no more of it." if left else "")

    def run(self, *, until: datetime) -> None:
        """Let the engine remind up to `until`; whoever is reminded mostly does it soon."""
        while (at := _next_reminder()) and at <= until:
            care(at)
            for check_in in CheckIn.objects.filter(due_at=at, done_at=None, cancelled_at=None).order_by("pk"):
                self._look(check_in)
            for action in ActionItem.objects.filter(remind_at__gt=at, done_at=None, dropped_at=None).order_by("pk"):
                if action.due_on <= at.date():
                    self._finish(action, at)

    def _look(self, check_in: CheckIn) -> None:
        ticket = check_in.ticket
        rng = dice("check-in", ticket.subject, check_in.day)
        at = check_in.due_at + rng.randint(10, 300) * MINUTE
        if self._is_recent(at):
            return
        # What a customer thinks of us as a whole is not decided by one issue.
        content = ticket.customer.health == Health.GREEN
        note = "All quiet since the fix." if content else "The fix holds. They have not forgotten it yet."
        health = Health.GREEN if content else Health.YELLOW
        by = self._owner(ticket)
        ticket.check_in(check_in=check_in, health=health, note=note, by=by, at=at)
        if ticket.customer_id in self._in_doubt:
            record_health(customer=ticket.customer, health=Health.RED, note=DOUBT, by=by, at=at + HOUR)

    def _finish(self, action: ActionItem, at: datetime) -> None:
        done = at + dice("done", action.text, action.due_on).randint(30, 400) * MINUTE
        if not self._is_recent(done):
            action.ticket.finish_action(action=action, by=action.owner, at=done)

    def _is_recent(self, at: datetime) -> bool:
        return self._now - at < LEFT_TO_DO

    def _owner(self, ticket: Ticket) -> User:
        return ticket.owner or User.objects.filter(role="csm").order_by("pk")[0]


def _next_reminder() -> datetime | None:
    times: list[Any] = [
        model.objects.filter(remind_at__isnull=False).order_by("remind_at").values_list("remind_at", flat=True).first()
        for model in (ActionItem, CheckIn)
    ]
    return min((at for at in times if at), default=None)
