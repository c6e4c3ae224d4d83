"""The pages on which administrators arrange who is told, and read what became of it."""

import json
import os
import shutil
import subprocess
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import DeskChange
from escalations.models import Ticket
from templates_app.models import WebhookDelivery, WebhookEndpoint
from templates_app.webhooks import deliveries, endpoints
from tests.escalations.pages.test_query_budget import BUDGET, asked
from tests.templates_app.webhooks import NOW, delivery, endpoint

HOME = "/settings/webhooks/"


@pytest.fixture
def office(signed_in: Any, admin: Any) -> Any:
    return signed_in(admin)


def test_an_endpoint_is_added_read_changed_switched_and_deleted(office: Any, signed_in: Any, bob: Any) -> None:
    typed = {"name": "Status page", "url": "https://hooks.example.com/x", "kinds": ["ticket.breach"]}
    answer = office.post(f"{HOME}new/", typed)
    row = WebhookEndpoint.objects.get()
    assert answer["Location"] == f"{HOME}{row.pk}/secret/"
    shown = office.get(answer["Location"])
    assert row.secrets[0]["secret"] in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    row.secrets[0]["made_at"] = (timezone.now() - timedelta(minutes=10)).isoformat()
    row.save()
    assert row.secrets[0]["secret"] not in office.get(answer["Location"]).content.decode()
    office.post(f"{HOME}{row.pk}/rotate/", {"confirm": "yes"})
    office.post(f"{HOME}{row.pk}/edit/", {**typed, "name": "Board"})
    office.post(f"{HOME}{row.pk}/off/")
    row.refresh_from_db()
    assert (row.name, len(row.secrets), bool(row.disabled_at)) == ("Board", 2, True)
    assert office.get(f"{HOME}{row.pk}/").status_code == 200
    office.post(f"{HOME}{row.pk}/on/")
    assert office.get(f"{HOME}{row.pk}/remove/").status_code == 200
    assert WebhookEndpoint.objects.filter(disabled_at=None).exists()
    said = str(list(DeskChange.objects.values()))
    assert DeskChange.objects.filter(area="webhook").count() == 5
    assert "whsec_" not in said
    office.post(f"{HOME}{row.pk}/remove/", {"confirm": "yes"})
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize("url", ["https://[::ffff:127.0.0.1]/", "https://0x7f.1/", "https://localhost./", "nonsense"])
def test_an_address_that_leads_inside_is_refused_and_stays_in_the_form(office: Any, settings: Any, url: str) -> None:
    settings.WEBHOOK_HTTP, settings.WEBHOOK_NETWORKS = False, []
    answer = office.post(f"{HOME}new/", {"name": "Inside", "url": url})
    assert (answer.status_code, url in answer.content.decode()) == (400, True)
    assert not WebhookEndpoint.objects.exists()


def test_twenty_are_enough(office: Any) -> None:
    for n in range(endpoints.MOST):
        endpoint(f"https://{n}.example/")
    assert office.post(f"{HOME}new/", {"name": "x", "url": "https://a.example/"}).status_code == 400
    assert office.get(HOME).status_code == 200


def test_the_log_is_filtered_paged_and_sends_again(office: Any) -> None:
    to = endpoint("https://a.example/")
    rows = [delivery(to, kind="ping", about="") for _ in range(60)]
    WebhookDelivery.objects.filter(pk=rows[0].pk).update(state="failed", next_try_at=None, finished_at=NOW)
    page = f"{HOME}{to.pk}/"
    assert f"{page}deliveries/{rows[0].pk}/" not in office.get(page).content.decode()
    assert f"{page}deliveries/{rows[0].pk}/" in office.get(f"{page}?before={rows[10].pk}").content.decode()
    assert office.get(f"{page}?state=failed&before=x").content.decode().count("/deliveries/") == 1
    one = f"{page}deliveries/{rows[0].pk}/"
    assert deliveries.name_of(rows[0]) in office.get(one).content.decode()
    office.post(f"{one}again/")
    assert WebhookDelivery.objects.get(pk=rows[0].pk).state == "waiting"
    failed = delivery(to)
    WebhookDelivery.objects.filter(pk=failed.pk).update(state="failed", next_try_at=None)
    assert office.post(f"{page}again/", {"since": "soon"}).status_code == 400
    office.post(f"{page}again/", {"since": "2026-01-01T00:00"})
    assert WebhookDelivery.objects.get(pk=failed.pk).state == "waiting"
    assert office.post(f"{page}test/")["Location"].startswith(f"{page}deliveries/")
    assert office.get(f"{HOME}{2**70}/").status_code == 404


def test_who_is_not_named_reads_nothing_of_a_confidential_issue(office: Any, log_issue: Any) -> None:
    to = endpoint("https://a.example/", with_confidential=True)
    ticket = log_issue("P3", subject="Leaked signing key")
    Ticket.objects.filter(pk=ticket.pk).update(confidential="security")
    row = to.deliveries.first()
    for page in (f"{HOME}{to.pk}/", f"{HOME}{to.pk}/deliveries/{row.pk}/"):
        text = office.get(page).content.decode()
        assert ticket.number not in text
        assert "Leaked" not in text


def test_a_page_asks_twelve_times_at_most_however_much_there_is(office: Any, log_issue: Any) -> None:
    to = endpoint("https://a.example/")
    log_issue("P3")
    pages = [HOME, f"{HOME}{to.pk}/", f"{HOME}{to.pk}/edit/", f"{HOME}{to.pk}/deliveries/{to.deliveries.first().pk}/"]
    office.get(HOME)
    few = [len(asked(office, page)) for page in pages]
    for n in range(3):
        endpoint(f"https://{n}.example/")
        log_issue("P1")
    many = [len(asked(office, page)) for page in pages]
    assert max(many) <= BUDGET
    assert all(more <= less for more, less in zip(many, few, strict=True))


def test_administrators_alone(signed_in: Any, casey: Any, vera: Any) -> None:
    to = endpoint("https://a.example/")
    row = delivery(to)
    one = f"{HOME}{to.pk}/"
    reads = [HOME, f"{HOME}new/", one, *(f"{one}{x}/" for x in ("edit", "secret", "remove", f"deliveries/{row.pk}"))]
    does = [f"{one}{x}/" for x in ("rotate", "on", "off", "test", "again", f"deliveries/{row.pk}/again")]
    for who in (casey, vera):
        client = signed_in(who)
        assert {client.get(path).status_code for path in reads} == {403}
        assert {client.post(path).status_code for path in [*reads[1:2], *does]} == {403}


# --- the public libraries --------------------------------------------------------------------------------------------

CASES = ("good", "body", "webhook-id", "webhook-timestamp", "webhook-signature")
VERIFY = """
const { Webhook } = require("standardwebhooks");
for (const [secret, body, headers] of JSON.parse(require("fs").readFileSync(0, "utf8"))) {
  try { new Webhook(secret).verify(body, headers); console.log("good"); } catch (e) { console.log(e.constructor.name); }
}
"""


@pytest.fixture
def signed() -> list[list[Any]]:
    """What is sent now, as it is and tampered with in each of its parts."""
    to = endpoint("https://a.example/")
    row = deliveries.ping(to, timezone.now())
    body = deliveries.body_of(row)
    headers = endpoints.headers(to, deliveries.name_of(row), timezone.now(), body)
    secret, text = to.secrets[0]["secret"], body.decode()
    stamp = str(int(headers["webhook-timestamp"]) - 1)
    changed = {"webhook-id": "msg_other", "webhook-timestamp": stamp, "webhook-signature": "v1,AAAA"}
    tampered = [[secret, text, {**headers, name: value}] for name, value in changed.items()]
    return [[secret, text, headers], [secret, text.replace("ping", "pong"), headers], *tampered]


@pytest.mark.django_db
def test_the_public_python_library_takes_it_and_nothing_tampered(signed: list[list[Any]]) -> None:
    library = pytest.importorskip("standardwebhooks")
    for case, (secret, body, headers) in zip(CASES, signed, strict=True):
        if case == "good":
            library.Webhook(secret).verify(body, headers)
        else:
            with pytest.raises(library.WebhookVerificationError):
                library.Webhook(secret).verify(body, headers)


@pytest.mark.django_db
def test_the_public_javascript_library_takes_it_and_nothing_tampered(signed: list[list[Any]]) -> None:
    """STANDARDWEBHOOKS names a folder in which `npm install standardwebhooks` was run."""
    folder = os.environ.get("STANDARDWEBHOOKS", "")
    if not shutil.which("node") or not folder:
        pytest.skip("needs node, and STANDARDWEBHOOKS with the folder of the npm package")
    ran = subprocess.run(
        ["node", "-e", VERIFY], input=json.dumps(signed), cwd=folder, text=True, capture_output=True, check=True
    )
    assert ran.stdout.split() == ["good", *["WebhookVerificationError"] * (len(CASES) - 1)]
