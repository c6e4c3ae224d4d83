"""What other programs are told of issues, and what not."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Team, User
from escalations.api.shapes import TicketShape
from escalations.models import Event, Ticket
from escalations.sweep import sweep
from escalations.webhooks import telling
from escalations.webhooks.passing import deliver
from templates_app.models import Notification, WebhookAttempt, WebhookDelivery
from tests.hooks import HookServer
from tests.templates_app.webhooks import endpoint

Log = Callable[..., Ticket]


@pytest.fixture
def server(settings: Any) -> Any:
    settings.WEBHOOK_HTTP, settings.WEBHOOK_NETWORKS = True, [ip_network("127.0.0.0/8")]
    running = HookServer()
    yield running
    running.stop()


def test_a_breach_is_told_with_the_event_and_the_issue_as_the_api_writes_it(
    log_issue: Log, at: datetime, server: HookServer, run: Callable[..., None]
) -> None:
    endpoint(server.url(), kinds=["ticket.breach"])
    ticket = log_issue("P1", description="x" * 5000)
    run(15)
    assert deliver(at + timedelta(minutes=15)).delivered == 1
    told = server.requests[0].json
    event = Event.objects.get(kind="breach")
    assert (told["type"], told["timestamp"]) == ("ticket.breach", "2026-11-23T10:15:00Z")
    assert (told["data"]["event"]["id"], told["data"]["event"]["clock"]) == (str(event.uid), "response")
    assert server.requests[0].headers["webhook-id"] == f"msg_{event.uid.hex}"
    row = Ticket.objects.for_list().get(pk=ticket.pk)
    expected = json.loads(json.dumps(TicketShape(row, context={"at": at + timedelta(minutes=15)}).data))
    expected["description"] = "x" * (telling.LONGEST - 1) + "…"
    assert told["data"]["ticket"] == expected
    assert len(server.requests[0].body) < 10_000


def test_verbs_are_told_as_chosen_and_all_where_nothing_is_chosen(log_issue: Log, casey: User, at: datetime) -> None:
    everything = endpoint("https://a.example/")
    some = endpoint("https://b.example/", kinds=["ticket.resolved", "ticket.acknowledged"])
    off = endpoint("https://c.example/", disabled_at=at)
    ticket = log_issue("P3")
    ticket.acknowledge(by=casey, at=at)
    assert WebhookDelivery.objects.filter(endpoint=everything).count() == ticket.events.count()
    [row] = WebhookDelivery.objects.filter(endpoint=some)
    assert (row.kind, row.about, row.body["data"]["ticket"]["status"]) == (
        "ticket.acknowledged",
        ticket.number,
        "acknowledged",
    )
    assert not off.deliveries.exists()


def test_an_endpoint_of_a_team_hears_of_its_issues_alone(log_issue: Log, team: Team) -> None:
    own = endpoint("https://a.example/", team=team)
    other = endpoint("https://b.example/", team=Team.objects.create(slug="apac", name="APAC"))
    log_issue("P3")
    assert own.deliveries.exists()
    assert not other.deliveries.exists()


def test_confidential_issues_go_to_endpoints_that_ask_for_them(
    log_issue: Log, casey: User, at: datetime, server: HookServer
) -> None:
    public, trusted = endpoint(server.url("/p")), endpoint(server.url("/t"), with_confidential=True)
    ticket = log_issue("P3")
    count = public.deliveries.count()
    Ticket.objects.filter(pk=ticket.pk).update(confidential="security")
    ticket.note(text="The key leaked", by=casey, at=at)
    assert public.deliveries.count() == count
    assert trusted.deliveries.filter(kind="ticket.note").count() == 1
    # What was written before it became confidential does not leave after.
    deliver(at)
    assert (server.to("/p"), len(server.to("/t"))) == ([], trusted.deliveries.count())
    assert WebhookAttempt.objects.filter(delivery__endpoint=public, said__startswith="withheld").count() == count


def test_a_rolled_back_verb_tells_nothing(log_issue: Log, casey: User, at: datetime) -> None:
    endpoint("https://a.example/", kinds=["ticket.closed"])
    ticket = log_issue("P3")
    with pytest.raises(Exception, match="Resolve"):
        ticket.close(by=casey, at=at)
    assert not WebhookDelivery.objects.exists()


def test_administrators_hear_once_of_an_endpoint_that_is_gone(
    log_issue: Log, admin: User, at: datetime, server: HookServer
) -> None:
    endpoint(server.url())
    log_issue("P3")
    server.answer(410)
    deliver(at)
    [message] = Notification.objects.filter(kind="admin")
    assert (message.user_id, "switched off" in message.context["problem"]) == (admin.pk, True)


def test_a_sweep_asks_once_without_endpoints_and_no_more_for_many_issues_with(log_issue: Log, at: datetime) -> None:
    def asked(minutes: int) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            assert sweep(at + timedelta(minutes=minutes)).clocks
        return [query["sql"] for query in captured if "webhook" in query["sql"].lower()]

    log_issue("P1")
    without = asked(15)
    assert len(without) == 1
    endpoint("https://a.example/")
    few = _statements(log_issue, at, 60, 1)
    many = _statements(log_issue, at, 120, 8)
    assert many <= few


def _statements(log_issue: Log, at: datetime, minutes: int, issues: int) -> int:
    for _ in range(issues):
        log_issue("P1", at=at + timedelta(minutes=minutes))
    with CaptureQueriesContext(connection) as captured:
        sweep(at + timedelta(minutes=minutes + 16))
    return len(captured)
