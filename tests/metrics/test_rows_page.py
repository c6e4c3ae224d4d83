"""The list behind a number, and the numbers in the API."""

from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.test import Client

from contacts.models import User
from contacts.tokens import issue_token
from escalations.models import Clock, Ticket
from metrics.board import board
from metrics.figures import FIGURES
from metrics.kpis import Period, kpis
from metrics.scope import Scope
from tests.metrics.desk import Desk


@pytest.fixture
def busy(log_issue: Any, casey: User, at: datetime) -> list[Ticket]:
    """Three issues: one answered and updated, one missed, one resolved."""
    issues = [log_issue("P1"), log_issue("P2"), log_issue("P3")]
    issues[0].acknowledge(by=casey, at=at + timedelta(minutes=5))
    for n in (20, 25, 30):
        issues[0].send_update(summary="=1+1", next_steps="b", by=casey, at=at + timedelta(minutes=n))
    issues[1].acknowledge(by=casey, at=at + timedelta(hours=8))
    issues[2].resolve(root_cause="a", solution="b", prevention="c", by=casey, at=at + timedelta(hours=8))
    return issues


def test_every_list_has_as_many_lines_as_its_number(busy: list[Ticket], casey: User, at: datetime) -> None:
    client = Client()
    client.force_login(casey)
    later = at + timedelta(hours=9)
    with time_machine.travel(later, tick=False):
        from django.http import QueryDict

        found = board(Scope.read(QueryDict(), casey, later))
        for key, figure in FIGURES.items():
            url = found.scope.rows_url(key)
            page = client.get(url)
            assert page.status_code == 200, key
            assert page.context["page"].paginator.count == len(page.context["rows"]) == figure.rows(found.scope).count()
            if figure.counts != "customer":
                lines = b"".join(client.get(page.context["export"]).streaming_content).decode().splitlines()
                assert len(lines) == 1 + len(page.context["rows"]), key
    updates = client.get("/dashboard/issues/?figure=update_met&from=2026-11-23&to=2026-11-23").content.decode()
    assert updates.count("row-link") == found.now.update_met > 2
    assert client.get("/dashboard/issues/?figure=nonsense").status_code == 404
    odd = client.get("/dashboard/issues/?figure=opened&team=xy&from=0000-99-99&hour=99&severity=P9&span=q&page=zz")
    assert odd.status_code == 200
    assert f">{found.now.update_met} clocks<" in updates
    resolved = client.get("/dashboard/issues/?figure=resolved&from=2026-11-23&to=2026-11-23").content.decode()
    assert ">1 issue<" in resolved
    asked = client.get("/dashboard/issues/?figure=asked&from=2026-11-23&to=2026-11-23").content.decode()
    assert "1 customer<" in asked
    assert "24 Nov 2025 to 23 Nov 2026" in asked  # the year that it counts, not the day that was chosen
    assert len(odd.context["scope"].notes) == 5


def test_the_api_says_what_everything_else_says(busy: list[Ticket], casey: User, at: datetime) -> None:
    _token, plain = issue_token(casey, "test", at)
    client = Client(headers={"Authorization": f"Bearer {plain}"})
    later = at + timedelta(hours=9)
    with time_machine.travel(later, tick=False):
        answer = client.get("/api/v1/metrics/kpis/").json()
        since = (at + timedelta(minutes=10)).isoformat().replace("+00:00", "Z")
        late = client.get("/api/v1/metrics/kpis/", {"from": since, "severity": "P2,P3", "customer": "acme"}).json()
        nothing = client.get("/api/v1/metrics/kpis/", {"from": "2020-01-01T00:00:00Z", "to": "2020-02-01T00:00:00Z"})
        for query, name in (
            ("from=yesterday", "from"),
            ("to=2026-11-01", "to"),
            ("from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z", "from"),
            ("severity=P9", "severity"),
            ("team=nowhere", "team"),
            ("customer=nobody", "customer"),
            ("owner=casey", "owner"),
        ):
            refused = client.get(f"/api/v1/metrics/kpis/?{query}")
            assert refused.status_code == 400, query
            assert refused["Content-Type"] == "application/problem+json"
            assert list(refused.json()["fields"]) == [name]
    expected = kpis(Ticket.objects.all(), Period(datetime(2026, 11, 1, tzinfo=at.tzinfo), later), later).as_dict()
    met = {name: expected.pop(f"sla_met_{name}") for name in ("response", "resolution")}
    assert {name: answer[name] for name in expected} == pytest.approx(expected)
    assert {name: answer["sla_met"][name] for name in met} == met
    assert answer["counts"] == {"opened": 3, "answered": 3, "resolved": 1, "taken": 0}
    assert answer["spread"]["answer_elapsed"] == {"median_seconds": 28_500, "p90_seconds": 28_500, "count": 3}
    assert answer["kept_promises"] is None
    assert late["counts"]["opened"] == 0
    assert late["avg_response_seconds"] == 8 * 3600
    empty = nothing.json()
    assert empty["avg_response_seconds"] is empty["resolution_rate"] is empty["customer_retention"] is None
    assert empty["active_escalations"] == 2


def test_a_clock_remembers_its_own_time(busy: list[Ticket], casey: User, at: datetime) -> None:
    stopped = [clock for ticket in Ticket.objects.with_clocks() for clock in ticket.clocks.all() if clock.stopped_at]
    assert len(stopped) == 7
    for clock in stopped:
        assert clock.took == clock.elapsed(at), clock
    done = busy[2]
    done.reopen(reason="Again.", by=casey, at=at + timedelta(hours=9))
    assert done.clocks.get(kind="resolution").took is None


def test_old_clocks_learn_how_much_own_time_they_took(protocol: None, at: datetime) -> None:
    """What the migration does to clocks that stopped before they remembered it; it can be run again."""
    Desk(7, at).write(tickets=20)
    known = dict(Clock.objects.values_list("pk", "took"))
    assert len(set(known.values())) > 20
    Clock.objects.update(took=None)
    fill = import_module("escalations.migrations.0014_what_clocks_took")
    for _round in range(2):
        fill.forwards(apps, None)
        assert dict(Clock.objects.values_list("pk", "took")) == known
