"""A POST with an Idempotency-Key is done once, however often it is sent."""

import hashlib
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
import time_machine
from django.db import connection, connections, transaction

from contacts.models import Customer, IdempotencyKey, User
from escalations.models import Event, Ticket
from tests.api.conftest import MONDAY_TEN, Caller
from tests.api.problems import refusal, wrong_fields

ISSUE = {"customer": "acme", "subject": "Nobody can sign in", "severity": "P1"}


def post(caller: Caller, body: Any = ISSUE, key: str = "k-1", address: str = "/api/v1/tickets/") -> Any:
    return caller.post(address, body, headers={"Idempotency-Key": key})


@pytest.fixture
def stage(desk: None, acme: Customer) -> None:
    pass


def test_the_same_request_again_gets_the_same_answer(api: Caller, stage: None) -> None:
    first, second = post(api), post(api)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    for name in ("Location", "Content-Location", "ETag"):
        assert second[name] == first[name]
    assert second["Idempotency-Replayed"] == "true"
    assert Ticket.objects.count() == 1


def test_the_order_of_names_does_not_matter(api: Caller, stage: None) -> None:
    post(api)
    assert post(api, dict(reversed(ISSUE.items())))["Idempotency-Replayed"] == "true"


def test_another_body_with_the_key_is_refused(api: Caller, stage: None) -> None:
    post(api)
    refusal(post(api, {**ISSUE, "subject": "Something else"}), 422)
    assert Ticket.objects.count() == 1


def test_another_address_with_the_key_is_refused(api: Caller, ticket: Ticket) -> None:
    post(api, {}, address=f"/api/v1/tickets/{ticket.number}/take/")
    refusal(post(api, {}, address=f"/api/v1/tickets/{ticket.number}/acknowledge/"), 422)


def test_a_verb_is_done_once(api: Caller, ticket: Ticket) -> None:
    address = f"/api/v1/tickets/{ticket.number}/note/"
    for _ in range(3):
        assert post(api, {"text": "Once"}, address=address).status_code == 200
    assert Event.objects.filter(kind="note").count() == 1


def test_keys_of_two_people_do_not_meet(api: Caller, managing: Caller, stage: None) -> None:
    post(api)
    post(managing)
    assert Ticket.objects.count() == 2


def test_a_refused_request_keeps_no_key(api: Caller, stage: None) -> None:
    refusal(post(api, {**ISSUE, "subject": ""}), 400)
    assert not IdempotencyKey.objects.exists()
    assert post(api).status_code == 201


def test_a_key_is_kept_for_a_day(api: Caller, stage: None) -> None:
    with time_machine.travel(MONDAY_TEN, tick=False):
        post(api)
        post(api, key="k-2")
    with time_machine.travel(MONDAY_TEN + timedelta(hours=25), tick=False):
        post(api)
    assert Ticket.objects.count() == 3
    assert [key.key for key in IdempotencyKey.objects.all()] == ["k-1"]


@pytest.mark.parametrize("key", ["", "x" * 201, "with blank", "caf\xe9"])
def test_a_key_that_is_none_is_named(api: Caller, stage: None, key: str) -> None:
    assert wrong_fields(post(api, key=key)) == {"Idempotency-Key"}


def test_auditors_and_strangers_leave_no_key(reading: Caller, nobody: Caller, stage: None) -> None:
    refusal(post(reading), 403)
    refusal(post(nobody), 401)
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_request_that_still_runs_is_a_conflict_or_waited_for(api: Caller, casey: User, stage: None) -> None:
    """PostgreSQL says so at once; on SQLite, where writes take turns, the second one waits and is answered."""
    if connection.vendor == "postgresql":
        name = int.from_bytes(hashlib.sha256(f"{casey.pk} k-1".encode()).digest()[:8], signed=True)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [name])
            answers = in_threads(api, 1)
        refusal(answers[0], 409)
    assert {response.status_code for response in in_threads(api, 4)} <= {201, 409}
    assert Ticket.objects.count() == 1


def in_threads(api: Caller, count: int) -> list[Any]:
    answers: list[Any] = []

    def call() -> None:
        try:
            answers.append(post(api))
        finally:
            connections.close_all()

    threads = [Thread(target=call) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
