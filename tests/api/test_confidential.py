"""Confidential issues over the wire: logged so, made so, opened, people let in and taken off, found by a filter."""

import pytest

from contacts.models import SiteSettings, Team
from escalations.models import Ticket
from tests.api.conftest import person
from tests.api.problems import refusal, wrong_fields

pytestmark = pytest.mark.once  # the rules themselves are tested on both in tests/escalations/test_sight.py

ISSUE = {"customer": "acme", "subject": "A leak", "severity": "P1"}


def names(answer):
    return [row["user"] for row in answer.json()["results"]]


def test_logged_and_found_by_those_on_the_list(desk, acme, api, managing, configuring, morgan, casey):
    for body, field in (
        ({"confidential": "because"}, "confidential"),
        ({"people": ["morgan"]}, "people"),
        ({"confidential": "security", "people": ["nobody"]}, "people.0"),
    ):
        assert field in wrong_fields(api.post("/api/v1/tickets/", ISSUE | body))
    made = api.post("/api/v1/tickets/", ISSUE | {"confidential": "security", "people": ["morgan"]})
    assert (made.status_code, made.json()["confidential"]) == (201, "security")
    path = f"/api/v1/tickets/{made.json()['number']}/"
    assert names(api.get(f"{path}people/")) == ["casey", "morgan"]
    plain = api.post("/api/v1/tickets/", ISSUE | {"confidential": None}).json()
    assert plain["confidential"] is None
    found = {
        what: [row["subject"] for row in managing.get(f"/api/v1/tickets/?confidential={what}").json()["results"]]
        for what in ("any", "none", "security", "personal_data", "security,none")
    }
    assert [len(rows) for rows in found.values()] == [1, 1, 1, 0, 2]
    assert configuring.get(path).status_code == 404
    assert configuring.get("/api/v1/tickets/?confidential=any").json()["results"] == []


def test_the_verbs(ticket, api, managing, configuring, reading, as_user):
    bob = as_user(person("bob", "csm"))
    path = f"/api/v1/tickets/{ticket.number}/"
    for caller in (reading, bob):
        assert refusal(caller.post(f"{path}make_confidential/", {"kind": "security"}), 403)
    assert "kind" in wrong_fields(api.post(f"{path}make_confidential/", {}))
    done = api.post(f"{path}make_confidential/", {"kind": "security", "people": ["bob"]})
    assert (done.status_code, done.json()["confidential"]) == (200, "security")
    assert [caller.get(path).status_code for caller in (bob, managing, reading)] == [200, 404, 404]
    assert refusal(bob.post(f"{path}let_see/", {"user": "morgan"}), 403)
    assert configuring.post(f"{path}let_see/", {"user": "admin", "reason": "x"}).status_code == 404
    assert api.post(f"{path}let_see/", {"user": "morgan", "reason": "You decide"}).status_code == 200
    assert managing.get(path).status_code == 200
    assert "user" in wrong_fields(api.post(f"{path}unlet_see/", {"user": "casey"}))
    assert api.post(f"{path}unlet_see/", {"user": "bob"}).status_code == 200
    assert names(managing.get(f"{path}people/")) == ["casey", "morgan"]
    assert managing.post(f"{path}make_open/", {}).json()["confidential"] is None
    assert refusal(managing.post(f"{path}make_open/", {}), 409)


def test_who_gives_it_away_is_still_told_so(ticket, api, casey, morgan):
    SiteSettings.objects.update_or_create(pk=1, defaults={"own_team_only": True})
    Ticket.objects.filter(pk=ticket.pk).update(team=Team.objects.create(slug="apac", name="APAC"), created_by=morgan)
    ticket.escalations.all().delete()
    path = f"/api/v1/tickets/{ticket.number}/"
    assert api.post(f"{path}assign/", {"owner": "morgan"}).json()["owner"] == "morgan"
    assert api.get(path).status_code == 404
