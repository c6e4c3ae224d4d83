"""The living protocol: drafted, saved, signed and read by programs."""

from typing import Any

from contacts.models import User
from contacts.models.people import Role
from escalations.models import Severity
from escalations.models.version import Office, ProtocolVersion
from escalations.protocol import versions
from tests.api.conftest import Caller, person
from tests.api.problems import refusal, wrong_fields
from tests.rows import Rows

ALL = "/api/v1/protocol/versions/"


def test_a_version_is_drafted_signed_and_runs(db: None, shipped_protocol: Rows) -> None:
    shipped_protocol.copy()
    manager, vera, admin = person("morgan", Role.MANAGER), person("vera", Role.EXECUTIVE), person("boss", Role.ADMIN)
    api, casey = Caller(manager), Caller(person("casey", Role.CSM))
    runs = casey.get("/api/v1/protocol/").json()
    assert (runs["stage"], runs["content"]["severities"]["P1"]["response_target"]) == ("provisional", "15m")
    assert refusal(casey.post(ALL, {}), 403)
    made = api.post(ALL, {"title": "Faster"})
    assert made.status_code == 201, made.content
    draft, address = made.json(), made["Location"]
    assert refusal(api.post(ALL, {"of": 9999}), 400)
    content = draft["content"]
    hopeless: tuple[Any, ...] = (
        None,
        [],
        {},
        "x",
        {**content, "severities": {"P1": 3}},
        {**content, "goals": {"a": -1, "\u0000": 1}},
    )
    for wrong in hopeless:
        assert api.put(f"{address}content/", {"content": wrong, "edits": 0}).status_code == 400, wrong
    content["severities"]["P1"]["response_target"] = "soon"
    content["calendars"]["business-hours"]["timezone"] = "Nowhere"
    answer = api.put(f"{address}content/", {"content": content, "edits": 0})
    assert wrong_fields(answer) == {"severities.P1.response_target", "calendars.business-hours.timezone"}
    content["severities"]["P1"]["response_target"] = "10m"
    content["calendars"]["business-hours"]["timezone"] = "UTC"
    saved = api.put(f"{address}content/", {"content": content, "edits": 0}).json()
    assert saved["edits"] == 1
    assert refusal(api.put(f"{address}content/", {"content": content, "edits": 0}), 409)
    version = ProtocolVersion.objects.get(pk=draft["id"])
    for office, signer in zip(Office, (vera, admin, manager), strict=True):
        versions.ask(version, office, signer, by=manager, at=version.edited_at)
        body = {"office": office.value, "digest": saved["digest"]}
        assert refusal(Caller(User.objects.get(username="casey")).post(f"{address}sign/", body), 403)
        assert refusal(Caller(signer).post(f"{address}sign/", body | {"digest": "x"}), 409)
        assert Caller(signer).post(f"{address}sign/", body).status_code == 200
    runs = api.get("/api/v1/protocol/").json()
    assert (runs["number"], runs["stage"]) == (1, "in_force")
    assert Severity.objects.get(pk="P1").response_target == "10m"
    assert refusal(api.post(f"{address}withdraw/", {}), 409)
    assert [row["stage"] for row in api.get(ALL).json()["results"]] == ["in_force", "ended"]
    Caller(admin).patch("/api/v1/severities/P1/", {"response_target": "20m"})
    assert api.get("/api/v1/protocol/").json()["stage"] == "provisional"
