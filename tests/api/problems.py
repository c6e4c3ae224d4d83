"""What a refusal has to look like."""

from typing import Any


def refusal(response: Any, status: int) -> dict[str, Any]:
    """The problem document of an answer with this status."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["status"] == status
    assert document["detail"]
    assert document["title"]
    return document


def wrong_fields(response: Any) -> set[str]:
    """The names that a 400 blames."""
    return set(refusal(response, 400)["fields"])
