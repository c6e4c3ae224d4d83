"""Deliveries leave signed, are tried again on schedule, and one endpoint's troubles are its own."""

import base64
import hmac
import os
import signal
import socket
import subprocess
import sys
import threading
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from templates_app import outgoing
from templates_app.models import WebhookAttempt, WebhookDelivery
from templates_app.webhooks import claiming, deliveries, endpoints, schedule
from tests.hooks import HookServer, Request
from tests.templates_app.test_delivery_at_once import database_url
from tests.templates_app.webhooks import NOW, Told, delivery, endpoint

# Each must be refused when it is typed; a name that leads there when it is used.
INSIDE = """
https://100.64.0.1/ https://[::ffff:127.0.0.1]/ https://2130706433/ https://0x7f.1/ https://017700000001/
https://169.254.169.254/ https://[fd00::1]/ https://[64:ff9b::7f00:1]/ https://224.0.0.1/ https://localhost./
https://0177.0.0.1/ https://127.1/ https://１２７.1/ https://①27.0.0.1/
""".split()  # noqa: SIM905


@pytest.fixture
def server(settings: Any) -> Any:
    settings.WEBHOOK_HTTP, settings.WEBHOOK_NETWORKS = True, [ip_network("127.0.0.0/8")]
    running = HookServer()
    yield running
    running.stop()


def is_signed(request: Request, secret: str) -> bool:
    """As the Standard Webhooks describe it, written anew."""
    name, stamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{name}.{stamp}.".encode() + request.body, "sha256").digest()
    return f"v1,{base64.b64encode(digest).decode()}" in request.headers["webhook-signature"].split()


@pytest.mark.django_db
def test_a_delivery_leaves_signed_and_once(server: HookServer):
    to = endpoint(server.url())
    row = delivery(to)
    assert Told().run().delivered == 1
    assert Told().run(NOW + timedelta(days=1)).delivered == 0
    [request] = server.requests
    assert request.json == row.body
    assert request.headers["webhook-id"] == deliveries.name_of(row)
    assert abs(int(request.headers["webhook-timestamp"]) - NOW.timestamp()) < 5
    assert is_signed(request, to.secrets[0]["secret"])
    row.refresh_from_db()
    assert (row.state, row.tries, row.next_try_at) == ("delivered", 1, None)
    assert WebhookAttempt.objects.get().status == 200


@pytest.mark.django_db
def test_after_a_rotation_both_secrets_sign_for_a_day(server: HookServer):
    to = endpoint(server.url())
    old, new = to.secrets[0]["secret"], endpoints.rotate(to, by=to.created_by_id, at=NOW)
    for hours, both in ((0, True), (23.9, True), (24, False)):
        delivery(to)
        Told().run(NOW + timedelta(hours=hours))
        assert (is_signed(server.requests[-1], new), is_signed(server.requests[-1], old)) == (True, both)
    assert endpoints.secret_for(to, to.created_by_id, NOW + timedelta(minutes=9)) == new
    assert endpoints.secret_for(to, to.created_by_id, NOW + timedelta(minutes=10)) is None
    assert endpoints.secret_for(to, to.created_by_id + 1, NOW) is None


def test_ten_tries_in_75_hours():
    at, tries = NOW, 1
    while again := schedule.next_try(at, tries):
        wait = schedule.WAITS[tries - 1]
        assert abs(again - at - wait) <= wait * schedule.JITTER
        at, tries = again, tries + 1
    assert tries == 10
    assert timedelta(hours=75 * 0.9) < at - NOW < timedelta(hours=76 * 1.1)
    assert sum(schedule.WAITS, timedelta()) >= timedelta(hours=75)
    assert schedule.next_try(NOW, 1, 3600) == NOW + timedelta(hours=1)
    assert schedule.next_try(NOW, 1, 1e9) == NOW + timedelta(hours=24)


@pytest.mark.django_db
def test_what_is_refused_is_tried_ten_times_under_one_id_and_then_told(server: HookServer):
    to, told = endpoint(server.url()), Told()
    row = delivery(to)
    server.answer(503, "busy\0" + "x" * 5000, retry_after="120")
    told.run()
    row.refresh_from_db()
    assert row.next_try_at == pytest.approx(NOW + timedelta(seconds=120), abs=timedelta(seconds=3))
    server.answer(302, location=server.url("/elsewhere"))
    while row.next_try_at:
        told.run(row.next_try_at)
        row.refresh_from_db()
    assert (row.state, row.tries, len(told.gave_up)) == ("failed", 10, 1)
    assert len(server.requests) == 10
    assert len({request.headers["webhook-id"] for request in server.requests}) == 1
    assert len(WebhookAttempt.objects.first().said) == 200
    # Sent again by hand: the same id, once more from the beginning.
    assert deliveries.send_failed_again(to, NOW, NOW + timedelta(days=4)) == 1
    server.answer(204)
    told.run(NOW + timedelta(days=4))
    last = WebhookAttempt.objects.last()
    assert (server.requests[-1].headers["webhook-id"], last.status, last.by_hand) == (
        deliveries.name_of(row),
        204,
        True,
    )


@pytest.mark.django_db
def test_410_switches_the_endpoint_off_and_gives_up_what_waits(server: HookServer):
    to, told = endpoint(server.url()), Told()
    first, second = delivery(to), delivery(to, next_try_at=NOW + timedelta(hours=1))
    server.answer(410)
    told.run()
    to.refresh_from_db()
    assert to.disabled_at
    assert "410" in to.disabled_why
    assert len(told.gone) == 1
    assert set(to.deliveries.values_list("state", flat=True)) == {"failed"}
    assert endpoints.live() == []
    deliveries.send_again(first, NOW)
    assert Told().run(NOW + timedelta(hours=2)).delivered == 0  # off is off
    server.answer(200)
    endpoints.switch_on(to)
    assert Told().run(NOW + timedelta(hours=2)).delivered == 1
    second.refresh_from_db()
    assert second.state == "failed"


@pytest.mark.django_db
def test_a_test_is_tried_once(server: HookServer):
    server.answer(500)
    told = Told()
    row = deliveries.ping(endpoint(server.url()), NOW)
    told.run()
    row.refresh_from_db()
    assert (row.state, row.tries, told.gave_up) == ("failed", 1, [])
    assert server.requests[0].json["type"] == "ping"


@pytest.mark.django_db
def test_a_slow_endpoint_holds_up_no_other(settings: Any, server: HookServer):
    settings.WEBHOOK_TIMEOUT = 0.4
    slow = HookServer()
    slow.hang()
    try:
        for _ in range(3):
            delivery(endpoint(slow.url(), name="slow"))
        good = delivery(endpoint(server.url(), name="good"))
        arrived = threading.Event()
        threading.Thread(target=_watch, args=(server, arrived), daemon=True).start()
        report = Told().run()
        assert (report.delivered, report.retried) == (1, 3)
        assert WebhookAttempt.objects.get(delivery=good).took < timedelta(seconds=0.4)
        assert arrived.is_set()
        assert "in time" in WebhookAttempt.objects.filter(status=None)[0].said
    finally:
        slow.stop()


def _watch(server: HookServer, arrived: threading.Event) -> None:
    while not server.requests:
        threading.Event().wait(0.01)
    arrived.set()


@pytest.mark.django_db
def test_of_an_endpoint_somebody_sends_to_no_second_process_claims():
    to, other = endpoint("https://a.example/"), endpoint("https://b.example/")
    for n in range(claiming.BATCH + 1):
        delivery(to, about=f"ESC-{n}")
    [batch] = claiming.claim(NOW)
    assert len(batch) == claiming.BATCH
    delivery(other)
    assert [[row.endpoint for row in batch] for batch in claiming.claim(NOW)] == [[other]]
    assert claiming.claim(NOW) == []
    assert len(claiming.claim(NOW + claiming.LEASE)) == 2  # whoever had them has died


@pytest.mark.django_db
def test_an_idle_look_asks_once(django_assert_num_queries: Any):
    delivery(endpoint("https://a.example/"), next_try_at=NOW + timedelta(seconds=1))
    with django_assert_num_queries(1):
        Told().run()


@pytest.mark.django_db
def test_what_may_not_leave_any_more_stays(server: HookServer):
    row = delivery(endpoint(server.url()))
    Told().run(withheld=lambda rows: {row.pk: "withheld"})
    row.refresh_from_db()
    assert (row.state, server.requests, WebhookAttempt.objects.get().said) == ("failed", [], "withheld")


@pytest.mark.django_db
def test_what_is_settled_is_forgotten_after_thirty_days(server: HookServer):
    to = endpoint(server.url())
    delivery(to)
    Told().run()
    waiting = delivery(to)
    assert deliveries.tidy(NOW + timedelta(days=29)) == 0
    assert deliveries.tidy(NOW + timedelta(days=30)) == 1
    assert list(WebhookDelivery.objects.all()) == [waiting]


# --- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nothing_leaves_towards_our_own_network(settings: Any, monkeypatch: Any):
    settings.WEBHOOK_HTTP, settings.WEBHOOK_NETWORKS = False, []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: pytest.fail("knocked somewhere"))
    for url in INSIDE:
        with pytest.raises(outgoing.NotAllowed):
            outgoing.check(url)
        delivery(endpoint(url))
    assert Told().run().retried == len(INSIDE)
    assert set(WebhookAttempt.objects.values_list("status", flat=True)) == {None}


@pytest.mark.django_db
def test_a_name_that_leads_elsewhere_a_moment_later_is_not_asked_again(settings: Any, monkeypatch: Any):
    """What the check saw is what is called: the second answer of the name server counts for nothing."""
    settings.WEBHOOK_HTTP, settings.WEBHOOK_NETWORKS = True, []
    answers, called = [["93.184.216.34"], ["127.0.0.1"]], []
    real = socket.getaddrinfo

    def rebinding(host: str, port: int, *args: Any, **more: Any) -> Any:
        if host != "rebinds.example":
            return real(host, port, *args, **more)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in answers.pop(0)]

    def connect(address: Any, **more: Any) -> Any:
        called.append(address[0])
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", connect)
    row = delivery(endpoint("http://rebinds.example/"))
    Told().run()
    assert called == ["93.184.216.34"]
    row.refresh_from_db()
    Told().run(row.next_try_at)
    assert called == ["93.184.216.34"]
    assert "private network" in WebhookAttempt.objects.last().said


# --- a crash ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_killed_process_loses_nothing_and_sends_again_under_the_same_id(server: HookServer):
    row = delivery(endpoint(server.url()))
    server.hang()
    command = [sys.executable, "-c", KILLED, NOW.isoformat()]
    environment = {**os.environ, "DATABASE_URL": database_url(), "DEMO": "1", "WEBHOOK_NETWORKS": "127.0.0.0/8"}
    with subprocess.Popen(command, env=environment, cwd=os.getcwd()) as process:
        for _ in range(3000):
            if server.requests or process.poll() is not None:
                break
            threading.Event().wait(0.01)
        os.kill(process.pid, signal.SIGKILL)
    server.go_on()
    assert len(server.requests) == 1
    assert Told().run(NOW + timedelta(seconds=50)).delivered == 0  # it may be alive yet
    assert Told().run(NOW + claiming.LEASE).delivered == 1
    first, second = server.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == deliveries.name_of(row)


KILLED = """
import sys, django
from datetime import datetime
django.setup()
from tests.templates_app.webhooks import Told
Told().run(datetime.fromisoformat(sys.argv[1]))
"""
