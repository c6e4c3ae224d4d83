"""The verbs: each as allowed, in the wrong state, as an auditor, and by nobody."""

from typing import Any

import pytest

from contacts.models import User
from escalations.models import ChecklistLine, Ticket
from tests.api.conftest import Caller
from tests.api.problems import refusal, wrong_fields

pytestmark = pytest.mark.once  # forms, words and rights; test_schema asks every operation on both

RESOLUTION = {"root_cause": "A certificate", "solution": "Renewed it", "prevention": "An alarm"}
BODIES: dict[str, dict[str, Any]] = {
    "acknowledge": {},
    "assign": {"owner": "morgan"},
    "change_severity": {"severity": "P2", "reason": "A workaround exists"},
    "wait": {"reason": "For their logs"},
    "resume": {},
    "note": {"text": "Looks like DNS"},
    "send_update": {"summary": "Found it", "next_steps": "Fix it"},
    "escalate": {"reason": "They threaten to leave"},
    "take": {},
    "de_escalate": {"reason": "Calm again"},
    "resolve": RESOLUTION,
    "reopen": {"reason": "Still broken"},
    "close": {},
}
# verb -> what has to happen first, and the status afterwards
STORY: dict[str, tuple[list[str], str]] = {
    "acknowledge": ([], "acknowledged"),
    "assign": ([], "new"),
    "change_severity": ([], "new"),
    "wait": ([], "waiting"),
    "resume": (["wait"], "in_progress"),
    "note": ([], "new"),
    "send_update": (["acknowledge"], "in_progress"),
    "escalate": ([], "new"),
    "take": ([], "new"),
    "de_escalate": (["escalate"], "new"),
    "resolve": ([], "resolved"),
    "reopen": (["resolve"], "in_progress"),
    "close": (["resolve"], "closed"),
}
NEEDED = {
    "assign": {"owner"},
    "change_severity": {"severity", "reason"},
    "wait": {"reason"},
    "note": {"text"},
    "send_update": {"summary", "next_steps"},
    "escalate": {"reason"},
    "de_escalate": {"reason"},
    "resolve": set(RESOLUTION),
    "reopen": {"reason"},
}
FORBIDDEN = {
    "acknowledge": ["acknowledge"],
    "assign": ["resolve"],
    "change_severity": ["resolve"],
    "wait": ["wait"],
    "resume": [],
    "send_update": ["resolve"],
    "escalate": ["resolve"],
    "take": ["resolve"],
    "de_escalate": ["resolve"],
    "resolve": ["resolve"],
    "reopen": [],
    "close": [],
}


def act(caller: Caller, ticket: Ticket, verb: str, **changed: Any) -> Any:
    return caller.post(f"/api/v1/tickets/{ticket.number}/{verb}/", BODIES[verb] | changed)


@pytest.mark.parametrize("verb", BODIES)
def test_a_verb_answers_with_the_ticket(api: Caller, ticket: Ticket, morgan: User, verb: str) -> None:
    before, status = STORY[verb]
    for earlier in before:
        assert act(api, ticket, earlier).status_code == 200
    response = act(api, ticket, verb)
    assert response.status_code == 200, response.content
    assert (response.json()["number"], response.json()["status"]) == (ticket.number, status)


@pytest.mark.parametrize("verb", FORBIDDEN)
def test_the_wrong_state_is_a_conflict_that_says_why(api: Caller, ticket: Ticket, morgan: User, verb: str) -> None:
    for earlier in FORBIDDEN[verb]:
        act(api, ticket, earlier)
    assert len(refusal(act(api, ticket, verb), 409)["detail"]) > 15


@pytest.mark.parametrize("verb", BODIES)
def test_auditors_and_strangers_cannot(reading: Caller, nobody: Caller, ticket: Ticket, verb: str) -> None:
    refusal(act(reading, ticket, verb), 403)
    refusal(act(nobody, ticket, verb), 401)


@pytest.mark.parametrize("verb", BODIES)
def test_an_unknown_field_is_named(api: Caller, ticket: Ticket, verb: str) -> None:
    assert "colour" in wrong_fields(act(api, ticket, verb, colour="red"))


@pytest.mark.parametrize("verb", NEEDED)
def test_every_missing_field_is_named(api: Caller, ticket: Ticket, verb: str) -> None:
    address = f"/api/v1/tickets/{ticket.number}/{verb}/"
    assert wrong_fields(api.post(address, {})) == NEEDED[verb]
    blank = dict.fromkeys(NEEDED[verb], "  ")
    assert wrong_fields(api.post(address, blank)) == NEEDED[verb]


@pytest.mark.parametrize("verb", BODIES)
def test_a_verb_is_posted_and_on_a_ticket(api: Caller, ticket: Ticket, verb: str) -> None:
    refusal(api.get(f"/api/v1/tickets/{ticket.number}/{verb}/"), 405)
    refusal(api.post(f"/api/v1/tickets/ESC-9999/{verb}/", BODIES[verb]), 404)


@pytest.mark.parametrize("verb", ["acknowledge", "take"])
def test_a_verb_that_needs_nothing_takes_no_body(api: Caller, ticket: Ticket, verb: str) -> None:
    response = api.generic("POST", f"/api/v1/tickets/{ticket.number}/{verb}/", "")
    assert response.status_code == 200, response.content


@pytest.mark.parametrize(
    ("verb", "changed"),
    [
        ("acknowledge", {"message": "yes"}),
        ("acknowledge", {"message": 1}),
        ("assign", {"owner": "aud"}),
        ("assign", {"owner": "casey"}),
        ("change_severity", {"severity": "P1"}),
        ("change_severity", {"severity": 1}),
        ("send_update", {"next_update_at": "2020-01-01T00:00:00Z"}),
        ("send_update", {"next_update_at": "tomorrow"}),
        ("escalate", {"level": 1}),
        ("escalate", {"level": 6}),
        ("escalate", {"level": "5"}),
        ("escalate", {"level": True}),
        ("escalate", {"level": 2.5}),
        ("escalate", {"level": []}),
        ("escalate", {"level": "ceo"}),
    ],
)
def test_a_wrong_value_is_named(api: Caller, ticket: Ticket, auditor: User, verb: str, changed: dict[str, Any]) -> None:
    assert wrong_fields(act(api, ticket, verb, **changed)) == set(changed)


def test_escalating_to_a_level_tells_it(api: Caller, ticket: Ticket) -> None:
    assert act(api, ticket, "escalate", level=5).json()["level"] == 5
    act(api, ticket, "escalate", level="product")
    levels = [row["level"] for row in api.get(f"/api/v1/tickets/{ticket.number}/escalations/").json()["results"]]
    assert {5, "product"} <= set(levels)


def test_taking_names_who_has_it(api: Caller, as_user: Any, vera: User, ticket: Ticket) -> None:
    act(api, ticket, "escalate", level=5)
    assert act(as_user(vera), ticket, "take").status_code == 200
    taken = [row["taken_by"] for row in api.get(f"/api/v1/tickets/{ticket.number}/escalations/").json()["results"]]
    assert "vera" in taken
    kinds = [event["kind"] for event in api.get(f"/api/v1/tickets/{ticket.number}/events/").json()["results"]]
    assert kinds[0] == "taken"


def test_a_paused_clock_has_no_due_time(api: Caller, ticket: Ticket) -> None:
    clocks = {clock["kind"]: clock for clock in act(api, ticket, "wait").json()["clocks"]}
    assert (clocks["resolution"]["state"], clocks["resolution"]["due_at"]) == ("paused", None)
    assert clocks["response"]["state"] == "met"


def test_closing_names_what_is_open_on_the_checklist_and_the_way_out(api: Caller, ticket: Ticket) -> None:
    ChecklistLine.objects.create(
        key="post-mortem", action="Conduct post-mortem review", by_severity={ticket.severity_id: {"asked": "required"}}
    )
    act(api, ticket, "resolve")
    detail = refusal(act(api, ticket, "close"), 409)["detail"]
    assert "Conduct post-mortem review" in detail
    assert "close with a reason" in detail
    response = act(api, ticket, "close", reason="Held on the phone, notes are in the wiki")
    assert (response.status_code, response.json()["status"]) == (200, "closed")
    assert ticket.events.get(kind="closed").text == "Held on the phone, notes are in the wiki"
