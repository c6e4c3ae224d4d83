"""The ladder: which rung is told, who stands on it, what is recorded (Escalation Protocol, sections 4 and 5)."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from contacts.matrix import Recipient, Standing
from escalations.alerts import Alert
from escalations.enums import OPEN, TOP, Cause, EventKind, Status
from escalations.models.clock import Clock
from escalations.models.escalation import Escalation
from escalations.site_language import in_site_language
from templates_app.models import Notification

if TYPE_CHECKING:
    from escalations.actors import Actor
    from escalations.journal import Journal
    from escalations.models.ticket import Ticket


@dataclass(frozen=True)
class Climb:
    """One level up, because of this clock, at this instant."""

    cause: str
    clock: Clock
    due_at: datetime


class Ladder:
    """The part of a Case that climbs."""

    journal: "Journal"
    ticket: "Ticket"
    clocks: list[Clock]
    told: list[dict[str, str]]

    if TYPE_CHECKING:

        @property
        def at(self) -> datetime: ...

        def record(self, kind: str, **more: Any) -> Any: ...

        def tell(self, recipient: Recipient | None, kind: str, **more: Any) -> None: ...

    # -- who -----------------------------------------------------------------------------------------------------

    def owner_recipient(self) -> Recipient | None:
        """The owner; if there is none or the owner is away, who stands in for them, or who stands on level 1."""
        return self.standing(1).recipient

    @in_site_language
    def standing(self, level: int | str, exclude: Collection[str] = ()) -> Standing:
        """Who is told on this rung. Level 1 is the owner."""
        owner = self.ticket.owner
        if str(level) == "1" and owner:
            if self._can_be_told(owner, exclude):
                return Standing("1", _("Owner"), Recipient.of_user(owner, level="1"))
            stand_in = self.journal.matrix.stand_in_for(owner.pk)
            if stand_in and stand_in.email.lower() not in exclude:
                return Standing("1", _("Owner"), stand_in)
        return self.journal.matrix.who(str(level), self.ticket.team_id, exclude)

    def _can_be_told(self, owner: Any, exclude: Collection[str]) -> bool:
        return bool(
            owner.is_active
            and owner.email
            and owner.email.lower() not in exclude
            and not self.journal.matrix.is_away(owner.pk)
        )

    # -- climbing ------------------------------------------------------------------------------------------------

    def climb(self, climbs: Sequence["Climb"]) -> None:
        """Climb one level for each of these; only the last is told, the others are recorded as passed over."""
        for climb in climbs[:-1]:
            passed = self.ticket.level + 1 + climbs.index(climb)
            self.record(EventKind.SKIPPED, due_at=climb.due_at, level=passed)
        last = climbs[-1]
        self.climb_to(self.ticket.level + len(climbs), cause=last.cause, clock=last.clock, due_at=last.due_at)

    def climb_to(self, target: int, *, cause: str, **more: Any) -> bool:
        """Tell level `target`, or the first one above it on which somebody stands; False if there is nobody.

        Climbing never waits for a rung that nobody stands on.
        """
        for level in range(target, TOP + 1):
            if level > self.ticket.level and self.tell_rung(level, cause=cause, **more):
                return True
        if target > self.ticket.level:
            self._nobody_left()
            self.ticket.climbed_at = self.at
        return False

    def somebody_above(self, level: int) -> bool:
        return any(self.standing(rung).recipient for rung in range(level + 1, TOP + 1))

    def tell_untold(self) -> None:
        """Those whose message was withdrawn (the customer was waited for, somebody had it) and who never heard."""
        if self.journal.dry:
            return
        untold = self.ticket.escalations.filter(ended_at=None, notified_at=None).order_by("pk")
        keys = [escalation.pk for escalation in untold]
        on_its_way = Notification.objects.filter(escalation_id__in=keys, state="queued")
        for escalation in untold.exclude(pk__in=on_its_way.values("escalation_id")):
            recipient = self.standing(escalation.level).recipient
            if recipient is None:
                continue
            if person_of(recipient) not in escalation.contacts:
                escalation.contacts = [*escalation.contacts, person_of(recipient)]
                escalation.save(update_fields=["contacts"])
            self.tell(recipient, kind_for(escalation.cause), escalation=escalation, reason=escalation.reason)

    def tell_rungs(self, rungs: Sequence[int | str], *, cause: str, already: Collection[str] = ()) -> None:
        """Tell several rungs at once. A numbered one with nobody on it passes to the next above."""
        done = set(already)
        for rung in rungs:
            for level in range(int(rung), TOP + 1) if str(rung).isdigit() else (rung,):
                if str(level) in done or self.tell_rung(level, cause=cause):
                    done.add(str(level))
                    break

    def tell_rung(
        self,
        level: int | str,
        *,
        cause: str,
        clock: Clock | None = None,
        due_at: datetime | None = None,
        reason: str = "",
        by: "Actor | None" = None,
    ) -> bool:
        """Tell whoever stands on this rung; False, recorded as vacant, if nobody does."""
        standing = self.standing(level)
        if standing.recipient is None:
            self._vacant(level, standing)
            return False
        escalation = self._escalation(str(level), cause, clock, standing.recipient, reason)
        self._raise_level(level)
        self.record(
            EventKind.ESCALATED,
            by=by,
            due_at=due_at,
            text=reason,
            level=level,
            cause=str(cause),
            to=standing.recipient.name,
            title=standing.recipient.title,
            passed=standing.passed,
        )
        kind = kind_for(cause)
        who = by.name if by else ""
        self.tell(standing.recipient, kind, due_at=due_at, escalation=escalation, reason=reason, by=who)
        return True

    def _escalation(self, level: str, cause: str, clock: Clock | None, recipient: Recipient, reason: str) -> Escalation:
        person = person_of(recipient)
        escalation = Escalation(
            ticket=self.ticket, level=level, cause=cause, clock=clock, reason=reason, at=self.at, contacts=[person]
        )
        self.journal.escalations.append(escalation)
        self.told.append({k: person[k] for k in ("name", "title", "phone")})
        return escalation

    def _raise_level(self, level: int | str) -> None:
        if str(level).isdigit() and int(level) > self.ticket.level:
            self.ticket.level = int(level)

    def still_asks(self, escalation: Escalation) -> bool:
        """Nobody is told in somebody's stead about what is waiting, over, taken or answered."""
        ticket = self.ticket
        if ticket.status not in OPEN or ticket.status == Status.WAITING:
            return False
        if ticket.taken_at and ticket.taken_at >= escalation.at:
            return False
        return escalation.clock_id is None or any(clock.pk == escalation.clock_id for clock in self.clocks)

    def next_position(self, escalation: Escalation, *, cause: str, by: "Actor | None" = None, reason: str = "") -> None:
        """Another person on the same rung joins its escalation; with nobody left there, the ladder climbs, unless a
        higher rung was told already."""
        tried = {person["email"].lower() for person in escalation.contacts}
        recipient = self.standing(escalation.level, exclude=tried).recipient
        if recipient:
            self.join(escalation, recipient, cause=cause, by=by, reason=reason)
        elif escalation.level.isdigit() and self.ticket.level <= int(escalation.level):
            self.climb_to(int(escalation.level) + 1, cause=cause, clock=escalation.clock, reason=reason, by=by)
            self.ticket.climbed_at = self.at

    def join(
        self, escalation: Escalation, recipient: Recipient, *, cause: str, by: "Actor | None" = None, reason: str = ""
    ) -> None:
        """`recipient` is told what this rung was told."""
        escalation.contacts = [*escalation.contacts, person_of(recipient)]
        escalation.save(update_fields=["contacts"])
        self.record(
            EventKind.ESCALATED,
            by=by,
            text=reason,
            level=escalation.level,
            cause=str(cause),
            to=recipient.name,
            title=recipient.title,
            passed=[],
        )
        self.tell(
            recipient,
            "escalated" if cause == Cause.MANUAL else kind_for(escalation.cause),
            escalation=escalation,
            reason=reason or escalation.reason,
            by=by.name if by else "",
        )

    # -- standing down ----------------------------------------------------------------------------------------------

    def stand_down(self, *, by: "Actor", kind: str = "resolved", reason: str = "") -> None:
        """The ladder ends: everybody who was told hears that it is over, except who ended it."""
        open_ones = list(self.ticket.escalations.filter(ended_at=None))
        self.ticket.escalations.filter(ended_at=None).update(ended_at=self.at)
        for escalation in open_ones:
            for person in escalation.contacts:
                self.tell_unless(Recipient(**person, level=escalation.level), kind, by, by=by.name, reason=reason)

    def tell_unless(self, recipient: Recipient | None, kind: str, actor: "Actor", **more: Any) -> None:
        """Tell somebody what `actor` did, unless they did it themselves."""
        if recipient and not (actor.user and actor.user.email.lower() == recipient.email.lower()):
            self.tell(recipient, kind, **more)

    # -- nobody there --------------------------------------------------------------------------------------------

    @in_site_language
    def _vacant(self, level: int | str, standing: Standing) -> None:
        self.record(EventKind.VACANT, level=level, title=standing.title, passed=standing.passed)
        self.alert(
            f"vacant.{level}.{self.ticket.team_id or 0}",
            _("Nobody can be told on “%(title)s”.") % {"title": standing.title},
            _("Name somebody with an e-mail address in the contact matrix."),
        )

    @in_site_language
    def _nobody_left(self) -> None:
        self.alert(
            f"nobody.{self.ticket.pk}",
            _("%(number)s should have been escalated, and nobody above level %(level)s can be told.")
            % {"number": self.ticket.number, "level": self.ticket.level},
            _("Call somebody now, then fill the contact matrix."),
        )

    @in_site_language
    def alert_unowned(self) -> None:
        self.alert(
            f"unowned.{self.ticket.pk}",
            _("%(number)s has no owner who can be told, and nobody stands on level 1.")
            % {"number": self.ticket.number},
            _("Assign it to somebody with an e-mail address."),
        )

    def alert(self, key: str, problem: str, what_to_do: str, *, managers: bool = False) -> None:
        """Tell the administrators, and the managers if asked to, once a day for each `key`."""
        ticket = self.ticket
        path = ticket.get_absolute_url()
        self.journal.alerts[key] = Alert(key, problem, what_to_do, ticket.number, path, managers, ticket.team_id)


def kind_for(cause: str) -> str:
    """The kind of message that tells a rung for this cause."""
    return {Cause.OPENED: "opened", Cause.SEVERITY: "opened", Cause.REOPENED: "reopened"}.get(Cause(cause), "escalated")


def person_of(recipient: Recipient) -> dict[str, str]:
    return {k: v for k, v in asdict(recipient).items() if k in ("name", "title", "email", "phone")}
