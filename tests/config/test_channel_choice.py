"""/settings/: by which way one is told, and where those ways lead."""

from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from contacts.models import ChannelAddress, User
from escalations.delivery import deliver
from templates_app.channels.webhook import signed
from templates_app.models import Notification
from tests.hooks import HookServer

pytestmark = pytest.mark.once  # forms, words and rights; test_query_budget reads every page on both

TABLE = {"mail_rhythm": "at_once"} | {f"first_P{n}": "email" for n in (1, 2, 3, 4)} | {f"then_P{n}": "" for n in (1, 2)}
PUBLIC = "https://hooks.slack.com/services/T000/B000/XXXX"


@pytest.fixture
def casey(db: None) -> User:
    call_command("load_protocol", verbosity=0)
    return User.objects.create_user("casey", "casey@desk.example", "a long enough secret", first_name="Casey")


@pytest.fixture
def desk(casey: User, client: Client) -> Client:
    client.force_login(casey)
    return client


def choose(desk: Client, **given: str) -> tuple[int, str]:
    response = desk.post("/settings/", TABLE | given)
    return response.status_code, response.content.decode()


def chosen(casey: User) -> dict[str, list[str]]:
    casey.refresh_from_db()
    return casey.channels


def test_ways_are_kept_in_their_order_and_shown_again(desk: Client, casey: User):
    assert choose(desk, slack_url=PUBLIC, first_P1="slack", then_P1="email", first_P3="app", then_P3="slack")[0] == 302
    assert chosen(casey) == {"P1": ["slack", "email"], "P3": []}
    html = desk.get("/settings/").content.decode()
    assert '<option value="slack" selected>' in html
    assert '<option value="app" selected>' in html
    assert PUBLIC in html
    assert choose(desk)[0] == 302
    assert chosen(casey) == {}


def test_what_is_not_sent_stays(desk: Client, casey: User):
    choose(desk, slack_url=PUBLIC, first_P1="slack")
    assert desk.post("/settings/", {"mail_rhythm": "at_once"}).status_code == 302
    assert chosen(casey) == {"P1": ["slack"]}
    assert ChannelAddress.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"first_P1": "slack"}, "Give your Slack address first"),
        ({"first_P2": "email", "then_P2": "webhook"}, "address first, below"),
        ({"first_P1": "email", "then_P1": "email"}, "tried first already"),
        ({"first_P1": "pigeon"}, "pigeon"),
        ({"slack_url": "http://hooks.slack.com/x"}, "start with https://"),
        ({"webhook_url": "https://169.254.169.254/latest/"}, "private network"),
        ({"webhook_url": "https://localhost/"}, "private network"),
        ({"webhook_url": "https://user:pw@hook.example/"}, "user name or password"),
        ({"webhook_url": "https://hook.example/" + "x" * 600}, "at most 500 characters"),
        ({"webhook_url": "nonsense"}, "not a web address"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(desk: Client, casey: User, settings: Any, given: Any, said: str):
    settings.WEBHOOK_HTTP, settings.WEBHOOK_NETWORKS = False, []
    status, html = choose(desk, **given)
    assert status == 400
    assert said in html or said in html.replace("&#x27;", "'")
    assert chosen(casey) == {}
    assert not ChannelAddress.objects.exists()


def test_an_address_in_use_is_not_taken_away_under_the_choice(desk: Client, casey: User):
    choose(desk, slack_url=PUBLIC, first_P1="slack")
    assert choose(desk, slack_url="", first_P1="slack")[0] == 400
    assert choose(desk, slack_url="")[0] == 302
    assert not ChannelAddress.objects.exists()


def test_another_address_begins_anew_and_the_same_one_goes_on(desk: Client, casey: User):
    choose(desk, webhook_url="https://hook.example/a")
    first = ChannelAddress.objects.get()
    assert first.secret.startswith("whsec_")
    ChannelAddress.objects.update(refused_at=timezone.now(), refused_reason="404", proved_at=timezone.now())
    assert "It refused a message" in desk.get("/settings/").content.decode()
    choose(desk, webhook_url="https://hook.example/a")
    assert ChannelAddress.objects.get().refused_at
    choose(desk, webhook_url="https://hook.example/b")
    now = ChannelAddress.objects.get()
    assert (now.refused_at, now.proved_at, now.secret) == (None, None, first.secret)


def test_the_secret_is_shown_once_and_never_again(desk: Client, casey: User):
    choose(desk, webhook_url="https://hook.example/a")
    first = ChannelAddress.objects.get().secret
    assert first not in desk.get("/settings/").content.decode()
    page = desk.post("/settings/channels/webhook/secret/")
    now = ChannelAddress.objects.get().secret
    assert now != first
    assert now in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert now not in desk.get("/settings/").content.decode()
    assert desk.get("/settings/channels/webhook/secret/").status_code == 405


def test_a_test_goes_through_the_outbox_and_says_what_became_of_it(desk: Client, casey: User, settings: Any, smtp: Any):
    settings.WEBHOOK_HTTP, settings.WEBHOOK_NETWORKS = True, [ip_network("127.0.0.0/8")]
    hooks = HookServer()
    try:
        choose(desk, slack_url=hooks.url("/slack"), webhook_url=hooks.url("/hook"))
        page = desk.post("/settings/channels/slack/test/")["Location"]
        assert "Queued" in desk.get(page).content.decode()
        hooks.answer(404, "no_service")
        deliver(now := timezone.now())
        html = desk.get(page).content.decode()
        assert "Undeliverable" in html
        assert "404 no_service" in html
        assert "It refused a message" in desk.get("/settings/").content.decode()
        hooks.answer(200)
        desk.post("/settings/channels/slack/test/")
        desk.post("/settings/channels/webhook/test/")
        deliver(now + timedelta(seconds=70))
        assert desk.get("/settings/").content.decode().count("It last took a message") == 2
        [request] = hooks.to("/hook")
        secret = ChannelAddress.objects.get(channel="webhook").secret
        headers = {name: request.headers[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), now.tzinfo)
        assert signed(headers["webhook-id"], at, request.body, secret) == headers
        assert smtp.messages == [], "a test of Slack comes by no other way, and is nobody's failure"
    finally:
        hooks.stop()


def test_nobody_tests_what_they_have_not(desk: Client, casey: User):
    other = User.objects.create(username="bob")
    ChannelAddress.objects.create(user=other, channel="slack", url=PUBLIC)
    for path in ("slack/test/", "webhook/test/", "email/test/", "pigeon/test/", "webhook/secret/"):
        assert desk.post(f"/settings/channels/{path}").status_code == 404
    assert not Notification.objects.exists()
    assert Client().post("/settings/channels/slack/test/").status_code == 302
