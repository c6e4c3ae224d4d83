"""A run is a row: begun, worked in slices, cancelled, overtaken; and what its page says."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.models import User
from contacts.models.people import Role
from escalations.models import ProtocolVersion, Simulation, Ticket
from escalations.models.simulation import Progress
from escalations.protocol import versions
from escalations.simulate import running
from escalations.simulate.reading import sample
from escalations.simulate.words import Report
from escalations.sweep import sweep

HOUR = timedelta(hours=1)


@pytest.fixture
def morgan(db: None) -> User:
    return User.objects.create(username="morgan", first_name="Morgan", email="morgan@desk.example", role=Role.MANAGER)


@pytest.fixture
def issues(log_issue: Any, casey: User, at: datetime) -> list[Ticket]:
    """Three P1, answered after 20 minutes: a breach each, of 15 minutes; nobody updates the customer of the first."""
    logged = [log_issue(at=at + number * HOUR) for number in range(3)]
    for number, ticket in enumerate(logged):
        begins = at + number * HOUR
        sweep(begins + HOUR / 4)
        ticket.acknowledge(by=casey, at=begins + HOUR / 3, message=True)
        if number:
            ticket.resolve(root_cause="a", solution="b", prevention="c", by=casey, at=begins + HOUR / 2)
    return logged


@pytest.fixture
def draft(issues: list[Ticket], morgan: User, at: datetime) -> ProtocolVersion:
    """P1 may be answered within half an hour."""
    begun = versions.begin_draft(by=morgan, at=at)
    return _edited(begun, morgan, at, "30m")


def _edited(draft: ProtocolVersion, by: User, at: datetime, target: str) -> ProtocolVersion:
    severities = draft.content["severities"]
    content = draft.content | {"severities": severities | {"P1": severities["P1"] | {"response_target": target}}}
    return versions.edit(draft, content, by=by, at=at, edits=draft.edits)


def _worked(at: datetime, patience: float = 60) -> Simulation:
    running.work(lambda: at, patience=patience)
    return Simulation.objects.get()


def test_a_run_compares_the_draft_with_what_runs(draft: ProtocolVersion, morgan: User, at: datetime) -> None:
    until = at + 3 * HOUR
    running.begin(draft, by=morgan, at=until)
    run = _worked(until)
    report = Report(run, {})
    response = next(line for line in report.breaches if line.label.startswith("First response"))
    assert (run.state, run.done, run.counted, report.issues, report.skipped) == (Progress.DONE, 3, 3, 3, 0)
    assert (response.now, response.draft, response.difference) == (3, 0, "−3")
    assert report.summary.startswith("3 fewer breaches")
    assert report.all_breaches.now - report.all_breaches.draft == 3
    assert {line.label.split(" ·")[0] for line in report.reached}, "the update that nobody gave climbs on both sides"


def test_it_goes_on_in_slices_and_is_taken_over(draft: ProtocolVersion, morgan: User, at: datetime) -> None:
    until = at + 3 * HOUR
    begun = running.begin(draft, by=morgan, at=until)
    assert running.begin(draft, by=morgan, at=until) == begun, "asked for twice it is one run"
    whole = _worked(until).result
    batch, running.BATCH = running.BATCH, 1
    try:
        again = running.begin(draft, by=morgan, at=until)
        half = _worked(until, patience=-1)
        assert (half.pk, half.state, half.done) == (again.pk, Progress.WAITING, 1)
        Simulation.objects.update(state=Progress.RUNNING)  # whoever worked it was killed
        assert _worked(until + HOUR / 60).done == 1, "not at once: it may be slow"
        done = _worked(until + HOUR)
    finally:
        running.BATCH = batch
    assert (done.state, done.result, done.work) == (Progress.DONE, whole, None)


def test_it_can_be_cancelled_and_a_changed_draft_ends_it(draft: ProtocolVersion, morgan: User, at: datetime) -> None:
    first = running.begin(draft, by=morgan, at=at)
    assert running.cancel(first, at)
    assert not running.cancel(first, at)
    assert _worked(at).state == Progress.CANCELLED
    running.begin(draft, by=morgan, at=at)
    changed = _edited(draft, morgan, at, "1h")
    assert _worked(at).state == Progress.CANCELLED
    assert running.begin(changed, by=morgan, at=at).digest == changed.digest


def test_a_sample_is_the_same_whenever_it_is_drawn(issues: list[Ticket], at: datetime) -> None:
    some, counted = sample(at + 3 * HOUR, most=2)
    assert (len(some), counted) == (2, 3)
    assert sample(at + 3 * HOUR, most=2)[0] == some
    assert sample(at + timedelta(days=91)) == ([], 0)


def test_estimates_are_said_to_be_estimates(draft: ProtocolVersion, morgan: User, at: datetime, client: Client) -> None:
    running.begin(draft, by=morgan, at=at + 3 * HOUR)
    _worked(at + 3 * HOUR)
    Simulation.objects.update(counted=300)
    client.force_login(morgan)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/protocol/versions/{draft.pk}/simulate/").content.decode()
    assert len(asked) <= 12
    assert "300 fewer breaches" in page
    assert "random sample of 3 of the 300 issues" in page


def test_the_page_from_asking_to_stale(
    draft: ProtocolVersion, morgan: User, casey: User, at: datetime, client: Client
) -> None:
    address = f"/protocol/versions/{draft.pk}/simulate/"
    client.force_login(casey)
    assert "has not been run yet" in client.get(address).content.decode()
    assert client.post(address).status_code == 403
    assert client.post(f"{address}cancel/").status_code == 403
    client.force_login(morgan)
    assert client.post(address).status_code == 302
    assert 'http-equiv="refresh"' in client.get(address).content.decode()
    client.post(f"{address}cancel/")
    assert "was cancelled" in client.get(address).content.decode()
    running.begin(draft, by=morgan, at=at + 3 * HOUR)
    _worked(at + 3 * HOUR)
    page = client.get(address).content.decode()
    assert "3 fewer breaches" in page
    assert "This is stale" not in page
    _edited(draft, morgan, at, "1h")
    assert "This is stale" in client.get(address).content.decode()


def test_a_draft_that_changes_nothing_says_so(
    draft: ProtocolVersion, morgan: User, at: datetime, client: Client
) -> None:
    _edited(draft, morgan, at, "15m")
    client.force_login(morgan)
    assert "says the same as what runs now" in client.get(f"/protocol/versions/{draft.pk}/simulate/").content.decode()
    assert client.get("/protocol/versions/999999999999999999999/simulate/").status_code == 404
