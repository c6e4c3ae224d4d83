"""Teams by the API, and people who are invited by it."""

from typing import Any

import pytest

from contacts.models import DeskChange, Team, User
from templates_app.models import Notification
from tests.api.conftest import PASSWORD, Caller
from tests.api.problems import refusal, wrong_fields

pytestmark = pytest.mark.once  # forms, words and rights; test_schema asks every operation on both


def test_administrators_arrange_teams_and_one_that_is_used_stays(
    configuring: Caller, managing: Caller, reading: Caller, casey: User
) -> None:
    made = configuring.post("/api/v1/teams/", {"name": "Americas"})
    assert (made.status_code, made.json()) == (201, {"slug": "americas", "name": "Americas"})
    assert wrong_fields(configuring.post("/api/v1/teams/", {"name": "americas"})) == {"name"}
    assert configuring.patch(made["Location"], {"name": "AMER"}).json() == {"slug": "americas", "name": "AMER"}
    assert [row["slug"] for row in reading.get("/api/v1/teams/").json()["results"]] == ["americas", "emea"]
    assert [row["slug"] for row in reading.get("/api/v1/teams/?q=eme").json()["results"]] == ["emea"]
    refusal(managing.post("/api/v1/teams/", {"name": "APAC"}), 403)
    assert "users" in refusal(configuring.delete("/api/v1/teams/emea/"), 409)["detail"]
    assert configuring.delete(made["Location"]).status_code == 204
    assert not Team.objects.filter(slug="americas").exists()
    said = DeskChange.objects.filter(area="team").order_by("pk").values_list("act", "source")
    assert list(said) == [("added", "api"), ("changed", "api"), ("removed", "api")]


@pytest.mark.parametrize(
    ("given", "count"),
    [({}, 1), ({"invite": False}, 0), ({"password": PASSWORD}, 0), ({"email": ""}, 0), ({"active": False}, 0)],
)
def test_who_is_new_is_invited_by_mail(configuring: Caller, given: dict[str, Any], count: int) -> None:
    new = {"username": "noor", "email": "noor@desk.example", **given}
    answer = configuring.post("/api/v1/users/", new)
    assert answer.status_code == 201
    assert not {"invite", "password"} & set(answer.json())
    mails = Notification.objects.filter(to_address="noor@desk.example")
    assert mails.count() == count
    assert DeskChange.objects.filter(act="invited", source="api").count() == count


def test_an_invitation_can_be_sent_again_until_they_have_come(configuring: Caller, casey: User, api: Caller) -> None:
    assert configuring.post("/api/v1/users/casey/invite/").status_code == 200
    assert Notification.objects.filter(to_address=casey.email).count() == 1
    User.objects.filter(pk=casey.pk).update(email="")
    assert "address" in refusal(configuring.post("/api/v1/users/casey/invite/"), 409)["detail"]
    refusal(api.post("/api/v1/users/casey/invite/"), 403)
