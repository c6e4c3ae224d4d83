"""Links, merging, watching, the checklist, action items and check-ins by the API."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.models import User
from escalations.models import ChecklistLine, Ticket, Watch
from tests.api.conftest import Caller
from tests.api.problems import refusal, wrong_fields

LogIssue = Callable[..., Ticket]


@pytest.mark.once
def test_issues_are_linked_merged_and_watched(api: Caller, reading: Caller, log_issue: LogIssue, casey: User) -> None:
    one, two = log_issue(), log_issue(subject="The same")
    path = f"/api/v1/tickets/{two.number}/"
    assert api.post(f"{path}link/", {"other": one.number, "kind": "related"}).status_code == 200
    assert wrong_fields(api.post(f"{path}link/", {"other": one.number, "kind": "relapse"})) == {"other"}
    assert wrong_fields(api.post(f"{path}link/", {"other": "ESC-9", "kind": "related"})) == {"other"}
    said = [(each["of"], each["to"], each["kind"]) for each in api.get(f"{path}links/").json()["results"]]
    assert said == [(two.number, one.number, "related")]
    one.make_confidential(kind="security", by=casey, at=timezone.now())
    assert not reading.get(f"{path}links/").json()["results"]
    assert api.post(f"{path}unlink/", {"other": one.number}).status_code == 200
    refusal(api.post(f"{path}unlink/", {"other": one.number}), 409)
    assert api.post(f"{path}watch/").status_code == 200
    assert Watch.objects.filter(ticket=two, user=casey).exists()
    assert api.post(f"{path}unwatch/").status_code == 200
    assert not Watch.objects.filter(ticket=two).exists()
    assert wrong_fields(api.post(f"{path}merge/", {"into": two.number, "reason": "Same"})) == {"into"}
    three = log_issue(subject="Once more")
    merged = api.post(f"{path}merge/", {"into": three.number, "reason": "The same mail twice"})
    assert merged.json()["status"] == "closed"
    refusal(reading.post(f"{path}watch/"), 403)


@pytest.mark.once
def test_the_checklist_is_read_and_ticked(api: Caller, ticket: Ticket) -> None:
    asked = {"P1": {"asked": "required", "label": "15 min"}}
    ChecklistLine.objects.create(key="customer-call", order=1, action="Call the customer", by_severity=asked)
    path = f"/api/v1/tickets/{ticket.number}/"
    assert api.get(f"{path}checklist/").json()["results"] == [
        {"key": "customer-call", "text": "Call the customer", "asked": "required", "label": "15 min", "state": "open",
         "by": None, "at": None, "note": None}
    ]  # fmt: skip
    assert api.post(f"{path}tick/", {"line": "customer-call", "note": "By phone"}).status_code == 200
    line = api.get(f"{path}checklist/").json()["results"][0]
    assert (line["state"], line["by"], line["note"]) == ("done", "casey", "By phone")
    assert wrong_fields(api.post(f"{path}tick/", {"line": "nothing"})) == {"line"}
    assert api.post(f"{path}untick/", {"line": "customer-call"}).status_code == 200
    refusal(api.post(f"{path}untick/", {"line": "customer-call"}), 409)


def test_action_items_from_the_idea_to_done(
    api: Caller, reading: Caller, ticket: Ticket, log_issue: LogIssue, morgan: User, casey: User
) -> None:
    due = timezone.now().date() + timedelta(days=3)
    new = {"ticket": ticket.number, "text": "An alarm for it", "owner": "morgan", "due_on": due.isoformat()}
    made = api.post("/api/v1/actions/", new)
    assert made.status_code == 201, made.content
    assert new.items() <= made.json().items()
    one = made["Location"]
    assert wrong_fields(api.post("/api/v1/actions/", new | {"ticket": "ESC-9", "due_on": "soon"})) == {
        "ticket",
        "due_on",
    }
    read = api.get(one)
    assert api.patch(one, {"owner": "casey"}, headers={"If-Match": read["ETag"]}).json()["owner"] == "casey"
    refusal(api.patch(one, {"owner": "morgan"}, headers={"If-Match": read["ETag"]}), 412)
    refusal(reading.post(f"{one}finish/"), 403)
    assert api.post(f"{one}finish/").json()["state"] == "done"
    refusal(api.post(f"{one}drop/", {"reason": "No"}), 409)

    def listed(query: str) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as caught:
            rows = api.get(f"/api/v1/actions/?{query}").json()["results"]
        return len(rows), len(caught)

    every = "expand=ticket,owner&state=open,done"
    _one_row, few = listed(every)
    secret = log_issue(subject="Nobody knows")
    for subject, number in (("A", 1), ("B", 2)):
        log_issue(subject=subject).add_action(
            text=f"Look {number}", owner=morgan, due_on=due, by=casey, at=timezone.now()
        )
    secret.add_action(text="Hush", owner=casey, due_on=due, by=casey, at=timezone.now())
    assert listed(every) == (4, few)
    assert listed("owner=morgan&state=open")[0] == 2
    page = api.get("/api/v1/actions/?limit=3").json()
    assert len(page["results"]) + len(api.get(page["next"]).json()["results"]) == 4
    assert listed(f"ticket={ticket.number}")[0] == 1
    assert listed(f"due_before={due.isoformat()}")[0] == 0
    secret.make_confidential(kind="security", by=casey, at=timezone.now())
    assert len(reading.get("/api/v1/actions/?state=open").json()["results"]) == 2


@pytest.mark.once
def test_a_red_check_in_is_a_new_issue(api: Caller, ticket: Ticket, casey: User) -> None:
    at = timezone.now()
    ticket.resolve(root_cause="A", solution="B", prevention="C", by=casey, at=at)
    looks = [ticket.check_ins.create(day=day, due_at=at + timedelta(days=day)) for day in (1, 2)]
    path = "/api/v1/check-ins/"
    shown = api.get(f"{path}?state=open&owner=casey&due_before={(at + timedelta(days=2)).isoformat()[:19]}Z")
    assert [row["id"] for row in shown.json()["results"] if row["id"] in [each.pk for each in looks]] == [looks[0].pk]
    assert wrong_fields(api.post(f"{path}{looks[0].pk}/look/", {"health": "yellow"})) == {"note"}
    assert api.post(f"{path}{looks[0].pk}/look/", {"health": "green"}).json()["relapse"] is None
    refusal(api.post(f"{path}{looks[0].pk}/look/", {"health": "green"}), 409)
    red = api.post(f"{path}{looks[1].pk}/look/", {"health": "red", "note": "It is back"}).json()
    assert api.get(f"/api/v1/tickets/{red['relapse']}/").json()["subject"].startswith("Relapse")
