"""The page that describes the API is made on the server: no script, nothing from elsewhere."""

import json
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from config.api_urls import NOUNS
from contacts.models import User

pytestmark = pytest.mark.once  # forms, words and rights; test_schema asks every operation on both


def test_the_document_is_openapi_and_public(client: Client, db: None) -> None:
    document = client.get("/api/v1/schema/").json()
    assert document["openapi"] == "3.1.0"
    nouns = {noun.split("/")[0] for noun in NOUNS} | {"metrics"}
    assert {path.split("/")[3] for path in document["paths"]} == nouns


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("application/vnd.oai.openapi+json", "application/vnd.oai.openapi+json"),
        ("application/yaml", "application/yaml"),
        ("application/vnd.oai.openapi", "application/vnd.oai.openapi"),
    ],
)
def test_json_or_yaml(client: Client, db: None, accept: str, kind: str) -> None:
    response = client.get("/api/v1/schema/", headers={"Accept": accept})
    assert response.status_code == 200
    assert response["Content-Type"].split(";")[0] == kind


def test_every_operation_says_which_refusals_it_has(client: Client, db: None) -> None:
    document = client.get("/api/v1/schema/").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            answers = set(operation["responses"])
            assert {"400", "401", "406", "429"} <= answers, (path, method)
            assert ("404" in answers) == ("{" in path)
            assert ({"403", "409"} <= answers) == (method != "get")
            assert ("422" in answers) == (method == "post")
            assert ("412" in answers) == (method != "get" and "{" in path)


def test_every_call_has_an_example_that_its_schema_allows(client: Client, db: None) -> None:
    document = client.get("/api/v1/schema/").json()
    for operation in (each for methods in document["paths"].values() for each in methods.values()):
        successes = [answer for code, answer in operation["responses"].items() if code.startswith("2")]
        for part in (operation.get("requestBody", {}), *successes):
            if content := part.get("content", {}).get("application/json"):
                schema = {**content["schema"], "components": document["components"]}
                Draft202012Validator(schema).validate(content["example"])


def test_bodies_are_closed(client: Client, db: None) -> None:
    schemas = client.get("/api/v1/schema/").json()["components"]["schemas"]
    requests = [schema for name, schema in schemas.items() if name.endswith("Request")]
    assert requests
    assert all(schema["additionalProperties"] is False for schema in requests)


def test_the_generator_has_nothing_to_complain_about(capsys: Any, db: None) -> None:
    from config.rest.reference import document

    document.cache_clear()
    json.dumps(document(), default=str)
    assert "Warning" not in capsys.readouterr().err


@pytest.mark.parametrize("signed_in", [True, False])
def test_the_page_shows_every_operation_without_scripts(client: Client, casey: User, signed_in: bool) -> None:
    if signed_in:
        client.force_login(casey)
    response = client.get("/api/v1/docs/")
    assert response.status_code == 200
    page = response.content.decode()
    for path in client.get("/api/v1/schema/").json()["paths"]:
        assert path in page
    assert "cdn" not in page
    assert "<style" not in page
    assert "onclick" not in page


def test_calls_are_searched_and_reads_can_be_tried_by_who_is_signed_in(client: Client, casey: User) -> None:
    page = client.get("/api/v1/docs/", {"q": "Checklist POST \0"}).content.decode()
    assert page.count('<details class="operation"') == 2
    assert "{number}/tick/" in page
    assert "try" not in page.partition("<main")[2]
    client.force_login(casey)
    page = client.get("/api/v1/docs/?q=checklist").content.decode()
    assert page.count('<form class="try" data-path="/api/v1/tickets/{number}/checklist/"') == 1
    assert "js/reference" in page
    assert "0 calls" in client.get("/api/v1/docs/?q=<script>").content.decode()
