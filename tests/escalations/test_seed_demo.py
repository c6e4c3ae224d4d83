"""The demo desk: it must look lived-in, and every row of it must be as true as a real one's."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import models, transaction
from django.test import TestCase

from contacts.matrix import Matrix, unreachable_rungs
from contacts.models import Absence, Contact, Customer, Team, User
from contacts.models.matrix import Level
from escalations.demo import copies, stage, town
from escalations.demo.acts import dice
from escalations.demo.content import open_stories, past_stories
from escalations.demo.crowd import Crowd
from escalations.demo.due import TooFew, make_due
from escalations.demo.signed import Eras
from escalations.enums import Cause, ClockKind, Status, Verdict
from escalations.management.commands import seed_demo
from escalations.models import Clock, Drill, Escalation, Event, Goal, Heartbeat, ProtocolVersion, Severity, Ticket
from escalations.models.ticket import earliest_due
from escalations.protocol.content import is_same
from escalations.protocol.content import snapshot as content
from escalations.reach.coverage import coverage
from escalations.reach.drill import progress
from escalations.sweep import sweep
from templates_app.models import Notification

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def seed(tickets: int = 60, **options: Any) -> str:
    out = StringIO()
    call_command("seed_demo", tickets=tickets, stdout=out, **({"now": NOW} | options))
    return out.getvalue()


def queue_of_casey() -> list[Ticket]:
    return list(Ticket.objects.open_ones().filter(owner__username="casey").order_by("next_due_at"))


def assert_true(now: datetime) -> None:
    """Every clock is what its facts make of it, and every ticket agrees with its clocks."""
    whole = Ticket.objects.with_clocks().select_related("severity__calendar").prefetch_related("events", "escalations")
    for ticket in whole:
        clocks = list(ticket.clocks.all())
        for clock in clocks:
            clock.ticket = ticket
            if clock.stopped_at:
                assert ticket.acknowledged_at
                in_time = clock.breached_at is None
                assert clock.verdict != Verdict.MET or (clock.due_at and clock.stopped_at <= clock.due_at), ticket
                assert in_time or clock.verdict == Verdict.BREACHED, ticket
                continue
            planned = plan(clock)
            clock.replan(ticket.spans(), level=ticket.level, climbed_at=ticket.climbed_at, held=ticket.held_until)
            assert planned == plan(clock), ticket
            assert ticket.is_open, ticket
        running = [clock for clock in clocks if not clock.paused_at]
        assert earliest_due(running) == (ticket.next_due_at, ticket.next_due_kind), ticket
        # A reopened issue climbs anew: what was told before it was resolved does not count.
        reopened = max((e.at for e in ticket.events.all() if e.kind == "reopened"), default=None)
        rungs = [e for e in ticket.escalations.all() if e.level.isdigit()]
        told = [int(e.level) for e in rungs if reopened is None or e.at >= reopened]
        assert ticket.level == max([1, *told]), ticket
    assert not Event.objects.filter(at__gt=now).exists()
    assert not Escalation.objects.filter(ended_at=None, ticket__resolved_at__isnull=False).exists()
    assert not Escalation.objects.filter(notified_at=None).exists()


def plan(clock: Clock) -> tuple[Any, ...]:
    return clock.due_at, clock.at_risk_at, clock.paused_at, clock.next_event_at, clock.next_event


class TestTheDesk(TestCase):
    """Seeded once for all of these."""

    @classmethod
    def setUpTestData(cls) -> None:
        seed()

    def test_there_are_sixty_tickets_and_no_two_are_about_the_same(self) -> None:
        assert Ticket.objects.count() == 60
        assert Ticket.objects.values("subject").distinct().count() == 60
        assert Ticket.objects.values("description").distinct().count() == 60

    def test_every_severity_and_every_state_is_there(self) -> None:
        assert set(Ticket.objects.values_list("severity", flat=True)) == {"P1", "P2", "P3", "P4"}
        assert set(Ticket.objects.values_list("status", flat=True)) == set(Status.values)

    def test_every_row_is_true(self) -> None:
        assert_true(NOW)

    def test_the_four_people_of_the_demo_can_sign_in(self) -> None:
        roles = {"casey": "csm", "morgan": "manager", "vera": "executive", "admin": "admin"}
        for username, role in roles.items():
            assert User.objects.get(username=username).role == role
            assert self.client.login(username=username, password="switchback")

    def test_the_protocol_was_signed_and_a_draft_is_discussed(self) -> None:
        """One version after the other, without a gap; each issue and clock names the one that ran then."""
        ran = list(ProtocolVersion.objects.exclude(runs_from=None).order_by("runs_from"))
        assert [version.stage for version in ran] == ["ended", "ended", "in_force"]
        assert [version.runs_until for version in ran] == [ran[1].runs_from, ran[2].runs_from, None]
        first = ran[-1]
        assert first.number == 1
        assert timedelta(weeks=11) <= NOW - first.runs_from < timedelta(weeks=12)
        assert first.signatures.filter(signed_at__lt=first.runs_from).count() == 3
        draft = ProtocolVersion.objects.get(stage="draft", based_on=first)
        assert draft.signatures.exclude(signer=None).count() == 2
        assert draft.signatures.exclude(signed_at=None).count() == 1
        assert Goal.objects.get(key="resolution_rate").value == 0.9
        assert is_same(first.content, content())
        eras = Eras()
        for ticket in Ticket.objects.prefetch_related("clocks"):
            assert ticket.protocol_id == eras.at(ticket.created_at), ticket
        assert Clock.objects.filter(protocol=None).count() == 0
        assert set(Clock.objects.values_list("protocol", flat=True)) == {ran[1].pk, first.pk}

    def test_the_administrator_may_enter_the_admin(self) -> None:
        admin = User.objects.get(username="admin")
        assert admin.is_staff
        assert admin.is_superuser
        assert not User.objects.exclude(pk=admin.pk).filter(is_staff=True).exists()

    def test_all_addresses_are_made_up(self) -> None:
        addresses = [
            *User.objects.values_list("email", flat=True),
            *Contact.objects.exclude(email="").values_list("email", flat=True),
            *Notification.objects.values_list("to_address", flat=True),
        ]
        assert all(address.endswith(".example") for address in addresses)

    def test_the_queue_of_casey_looks_lived_in(self) -> None:
        due = Counter(group(ticket, NOW) for ticket in queue_of_casey())
        assert due == {"overdue": 2, "within the hour": 3, "later today": 3, "this week": 3, "waiting": 2}

    def test_tickets_wait_to_be_assigned(self) -> None:
        assert Ticket.objects.open_ones().filter(owner=None).count() == 4

    def test_somebody_has_taken_what_was_escalated_and_somebody_has_not(self) -> None:
        vera = User.objects.get(username="vera")
        assert Ticket.objects.open_ones().filter(taken_by=vera).exists()
        told = Escalation.objects.filter(ended_at=None, taken_at=None, level="3")
        assert any(escalation.contacts[0]["email"] == vera.email for escalation in told)

    def test_a_critical_response_runs_out_two_minutes_from_now_and_the_mail_climbs(self) -> None:
        clock = Clock.objects.get(ticket__subject__startswith="Nobody can sign in", kind=ClockKind.RESPONSE)
        assert clock.due_at == clock.next_event_at == NOW + timedelta(minutes=2)
        sweep(NOW + timedelta(minutes=2))
        escalation = Escalation.objects.get(ticket=clock.ticket_id, cause=Cause.BREACH)
        message = Notification.objects.get(escalation_id=escalation.pk)
        assert (escalation.level, message.state) == ("4", "queued")

    def test_nothing_is_due_yet(self) -> None:
        assert sweep(NOW).clocks == 0

    def test_nobody_is_mailed_about_the_past(self) -> None:
        assert not Notification.objects.exclude(state="sent").exists()
        assert not Notification.objects.filter(sent_at__gt=NOW).exists()
        assert not Notification.objects.filter(sent_at__lt=models.F("created_at")).exists()
        assert mail.outbox == []

    def test_every_message_can_be_read_in_the_outbox(self) -> None:
        assert not Notification.objects.filter(models.Q(subject="") | models.Q(text="") | models.Q(html="")).exists()

    def test_no_alarm_was_raised_and_the_engine_is_not_said_to_have_run(self) -> None:
        assert not Notification.objects.filter(kind="admin").exists()
        assert not Heartbeat.objects.exists()

    def test_targets_were_met_and_missed(self) -> None:
        for kind in (ClockKind.RESPONSE, ClockKind.RESOLUTION):
            verdicts = set(Clock.objects.filter(kind=kind).values_list("verdict", flat=True))
            assert {Verdict.MET, Verdict.BREACHED} <= verdicts

    def test_somebody_stands_on_every_rung(self) -> None:
        assert unreachable_rungs(NOW) == []
        assert Contact.objects.filter(team=None, position=0).count() == 7

    def test_the_matrix_has_backups_a_rung_of_a_team_and_an_absence_with_a_delegate(self) -> None:
        assert Contact.objects.filter(position=1).count() == 3
        americas = Team.objects.get(slug="americas")
        matrix = Matrix.at(NOW)
        assert matrix.who(Level.LEAD, americas.pk) != matrix.who(Level.LEAD, None)
        absence = Absence.objects.get(user=None)
        stands_in = matrix.who(absence.contact.level, None).recipient
        assert absence.delegate
        assert stands_in
        assert stands_in.email == absence.delegate.address

    def test_it_shows_who_can_be_reached(self) -> None:
        ahead = coverage(NOW)
        assert [(gap.rung.level, gap.why) for gap in ahead.gaps] == [("4", "Inês Caldeira: absent")]
        states = {line.call.level: line.state for line in progress(Drill.objects.get()) if line.call.position == 0}
        assert states == {**dict.fromkeys(states, "confirmed"), "5": "sent", "product": "sent"}
        assert Matrix.at(NOW).on_turn("product", None)

    def test_customers_have_what_an_executive_asks_about(self) -> None:
        assert Customer.objects.count() == 20
        for customer in Customer.objects.all():
            assert customer.tier
            assert customer.annual_value
            assert customer.renewal_on
            assert customer.contacts.exclude(email="").exists()
        assert Customer.objects.exclude(churned_at=None).count() == 2
        assert set(Customer.objects.values_list("health", flat=True)) == {"green", "yellow", "red"}

    def test_it_refuses_a_desk_that_has_tickets(self) -> None:
        with pytest.raises(CommandError, match="has tickets already"):
            seed()
        assert Ticket.objects.count() == 60


def group(ticket: Ticket, now: datetime) -> str:
    if ticket.next_due_at is None:
        return "waiting"
    left = ticket.next_due_at - now
    limits = {"overdue": 0, "within the hour": 1, "later today": 14, "this week": 168}
    return next(name for name, hours in limits.items() if left <= timedelta(hours=hours))


# What stays the same: keys go on counting on PostgreSQL, identifiers are random, links are signed, passwords salted.
SAME = {
    User: ("username", "first_name", "email", "role", "team__slug", "phone"),
    Customer: ("slug", "name", "annual_value", "renewal_on", "churned_at", "team__slug"),
    Contact: ("level", "team__slug", "position", "user__username", "email"),
    Ticket: ("subject", "customer__slug", "severity", "status", "owner__username", "level", "source", "tags"),
    Clock: ("ticket__subject", "kind", "cycle", "due_at", "stopped_at", "verdict", "next_event_at", "next_event"),
    Event: ("ticket__subject", "kind", "due_at", "at", "actor_name", "text", "data"),
    Escalation: ("ticket__subject", "level", "cause", "at", "contacts", "notified_at", "seen_at", "taken_by_name"),
    Notification: ("kind", "to_address", "level", "created_at", "sent_at"),
}


def snapshot() -> dict[str, list[Any]]:
    tables: dict[type[models.Model], tuple[str, ...]] = SAME
    return {
        model.__name__: [keyless(row) for row in model._default_manager.order_by("pk").values_list(*names)]
        for model, names in tables.items()
    }


def keyless(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The row without the key of the call that it is about: an event's data name it."""
    return tuple({**value, "call": "..."} if isinstance(value, dict) and "call" in value else value for value in row)


def twice(make: Callable[[], object]) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """What `make` leaves behind when it starts twice from the same desk."""

    def once() -> dict[str, list[Any]]:
        with transaction.atomic():
            make()
            seen = snapshot()
            transaction.set_rollback(True)
        return seen

    return once(), once()


@pytest.mark.only("postgresql")  # where rows come in no order unless one is asked for
def test_the_same_options_make_the_same_desk() -> None:
    one, other = twice(lambda: seed(tickets=32, seed=7))
    assert one == other
    assert len(one["Ticket"]) == 32


@pytest.mark.once
def test_another_seed_makes_another_desk() -> None:
    seeds = iter([7, 8])
    one, other = twice(lambda: seed(tickets=6, seed=next(seeds)))
    assert one["Event"] != other["Event"]


@pytest.mark.once  # what the moment changes is counted in Python; TestTheDesk sees the rows on both databases
@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 12, 26, 23, 40, tzinfo=UTC),  # a Saturday night, and a holiday
        datetime(2027, 3, 28, 0, 30, tzinfo=UTC),  # clocks are about to change in Europe
    ],
)
def test_the_desk_is_as_lively_at_any_moment(now: datetime) -> None:
    seed(now=now, tickets=len(open_stories()) + 4)
    assert_true(now)
    due = Counter(group(ticket, now) for ticket in queue_of_casey())
    assert (due["overdue"], due["within the hour"], due["waiting"]) == (2, 3, 2)
    assert Clock.objects.filter(due_at=now + timedelta(minutes=2), kind=ClockKind.RESPONSE).exists()
    assert sweep(now).clocks == 0


@pytest.mark.once  # rows are played on both databases by TestTheDesk
def test_fewer_tickets_begin_with_what_is_open() -> None:
    seed(tickets=5)
    assert Ticket.objects.open_ones().count() == Ticket.objects.count() == 5
    assert queue_of_casey()


def test_an_empty_desk_is_possible() -> None:
    seed(tickets=0)
    assert not Ticket.objects.exists()
    assert User.objects.filter(username="casey").exists()


def test_what_people_entered_before_stays() -> None:
    call_command("load_protocol", verbosity=0)
    Contact.objects.filter(level="3").update(name="Somebody Else", email="else@desk.example")
    Team.objects.create(slug="emea", name="Europe")
    seed(tickets=3)
    assert Contact.objects.get(level="3").email == "else@desk.example"
    assert Team.objects.get(slug="emea").name == "Europe"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(CommandError, match="not a time with a zone"):
        call_command("seed_demo", "--now", "2026-11-23T10:00")


class TestACrowd:
    """Made in bulk, and yet as true as what was played."""

    @pytest.fixture(autouse=True)
    def _stage(self) -> None:
        call_command("load_protocol", verbosity=0)
        stage.set_up(NOW)
        town.settle_town(5000, dice("town"))

    @staticmethod
    def gather(count: int) -> None:
        with transaction.atomic():
            Crowd(NOW, dice("crowd")).write(count, count)

    @pytest.mark.once  # the mix is drawn in Python; rows of a crowd are read on both databases below
    def test_every_row_is_true_and_the_mix_is_as_promised(self) -> None:
        self.gather(1000)
        assert_true(NOW)
        shares = Counter(Ticket.objects.values_list("severity", flat=True))
        for code, share in {"P1": 50, "P2": 150, "P3": 400, "P4": 400}.items():
            assert abs(shares[code] - share) < share * 0.4
        assert 640 < 1000 - Ticket.objects.open_ones().count() < 760
        assert Ticket.objects.order_by("reported_at")[0].reported_at < NOW - timedelta(days=300)
        assert Ticket.objects.values("subject").distinct().count() > 800

    @pytest.mark.only("postgresql")  # where rows come in no order unless one is asked for
    def test_the_same_seed_makes_the_same_crowd(self) -> None:
        one, other = twice(lambda: self.gather(100))
        assert one == other
        assert len(one["Ticket"]) == 100

    def test_nothing_is_due_and_nobody_is_told(self) -> None:
        self.gather(300)
        assert sweep(NOW).clocks == 0
        assert not Notification.objects.exists()

    def test_copies_are_as_true_as_their_originals(self) -> None:
        self.gather(80)
        assert list(copies.copy_until(300, of=80)) == [160, 240, 300]
        assert_true(NOW)
        assert Ticket.objects.count() == 300
        for model in (Event, Escalation):
            astray = model._default_manager.exclude(clock=None).exclude(clock__ticket=models.F("ticket"))
            assert not astray.exists()

    def test_life_goes_on_after_it(self) -> None:
        """The numbers that the crowd took are not handed out again."""
        self.gather(60)
        list(copies.copy_until(150, of=60))
        copies.start_numbering_after_them()
        casey = User.objects.get(username="casey")
        customer, severity = Customer.objects.all()[0], Severity.objects.get(pk="P1")
        Ticket.objects.open(customer=customer, subject="One more", severity=severity, by=casey, at=NOW)
        Ticket.objects.open_ones().filter(status="acknowledged")[0].note(text="Still here", by=casey, at=NOW)
        sweep(NOW + timedelta(days=1))
        assert Ticket.objects.count() == 151

    def test_so_many_clocks_are_due_now(self) -> None:
        self.gather(300)
        make_due(25, NOW)
        assert_true(NOW)
        assert Clock.objects.filter(next_event_at__lte=NOW).count() == 25
        report = sweep(NOW)
        assert (report.clocks, report.set_aside) == (25, 0)
        assert Event.objects.filter(kind="breach", at=NOW).count() == 25
        assert sweep(NOW).clocks == 0

    def test_more_due_than_there_are_is_refused(self) -> None:
        self.gather(10)
        with pytest.raises(TooFew, match="can be made due"):
            make_due(50, NOW)


def test_the_command_adds_the_crowd_to_the_played_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed_demo, "ORIGINALS", 100)
    played = seed_demo.play.play
    monkeypatch.setattr(seed_demo.play, "play", lambda now, seed, tickets: played(now, seed, min(tickets, 8)))
    said = seed(tickets=258, due=4)
    assert "208 tickets so far" in said
    assert said.endswith("258 tickets.\n")
    assert Ticket.objects.count() == 258
    assert Clock.objects.filter(next_event_at__lte=NOW).count() == 4


def test_the_stories_are_complete() -> None:
    """What is over says how it was solved; what is open says what happens when."""
    for story in open_stories():
        assert story.script, story.subject
        verbs = Counter(step[1] for step in story.script)
        assert (verbs["note"], verbs["update"]) == (len(story.notes), len(story.updates)), story.subject
        assert bool(verbs["wait"]) == bool(story.wait)
    for story in past_stories():
        assert story.root_cause, story.subject
        assert story.solution
        assert story.prevention
