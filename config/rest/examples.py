"""An example of every body and answer in the API document, made from its schema and from names that everybody knows."""

import json
from typing import Any

DEEPEST = 8
MOMENT = "2026-03-02T09:30:00Z"
FORMATS = {
    "date-time": MOMENT,
    "date": "2026-12-24",
    "uuid": "0b0c6f4e-6a51-4f0c-9a3e-3f2f4c1d7e55",
    "email": "dana@acme.example",
    "uri": "https://desk.example.org/hook",
}
# By the name of a field; used where its kind is what the schema asks for. None: shown as null where it may be.
KNOWN: dict[str, Any] = {
    "number": "ESC-1001",
    "ticket": "ESC-1001",
    "customer": "acme",
    "slug": "acme",
    "name": "Dana Reyes",
    "title": "Head of IT",
    "subject": "Nobody can sign in since the release",
    "description": "All users of the tenant get error 502.",
    "severity": "P1",
    "code": "P1",
    "severities": ["P1", "P2"],
    "owner": "casey",
    "people": ["morgan"],
    "confidential": None,
    "user": "casey",
    "username": "casey",
    "first_name": "Casey",
    "last_name": "Lindgren",
    "phone": "+49 30 1234567",
    "team": "emea",
    "source": "api",
    "tags": ["sso"],
    "reason": "The customer’s board asked for it",
    "text": "The release of last night changed the timeout.",
    "summary": "We have found the cause and are rolling back.",
    "next_steps": "Rollback by 11:00, then a check together with you.",
    "expected_resolution": "today, 12:00",
    "root_cause": "A timeout that the release lowered",
    "solution": "Rolled back",
    "prevention": "The timeout is checked before each release",
    "language": "en",
    "actor": "casey",
    "what": "response breach",
    "who": ["Vera Lindqvist"],
    "state": "running",
    "target_seconds": 900,
    "elapsed_seconds": 60,
    "response_target": "15m",
    "resolution_target": "4h",
    "update_every": "1h",
    "step": "15m",
    "calendar": None,
    "response_calendar": None,
    "at_risk_percent": 75,
    "timezone": "Europe/Berlin",
    "time_zone": "Europe/Berlin",
    "holidays": ["2026-12-25"],
    "currency": "EUR",
    "tier": "Gold",
    "annual_value": "120000.00",
    "domains": ["acme.example"],
    "digest": "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    "breached_at": None,
    "stopped_at": None,
    "acknowledged_at": None,
    "resolved_at": None,
    "closed_at": None,
    "churned_at": None,
    "next": None,
    "previous": None,
}
DETAILS = {
    304: "",
    400: "What was sent cannot be used; see `fields`.",
    401: "This token is unknown, has expired, or its user's account is closed.",
    403: "Your role reads and does not change anything.",
    404: "There is nothing by this name here.",
    406: "Could not satisfy the request Accept header.",
    409: "This ticket was answered already: it is “Acknowledged”.",
    412: "This was changed since you read it. Read it again, then try again.",
    413: "The body is too large.",
    415: 'Unsupported media type "text/xml" in request.',
    422: "This Idempotency-Key was used for another request. Use a new one for each.",
    429: "Too many requests. Wait 17 s.",
}


def add(document: dict[str, Any]) -> None:
    """To every body and every answer of the document, in place. Problems are alike: each is there once."""
    schemas = document.get("components", {}).get("schemas", {})
    for operation in (each for methods in document["paths"].values() for each in methods.values()):
        for part in (operation.get("requestBody", {}), *_successes(operation)):
            for kind, content in part.get("content", {}).items():
                if kind == "application/json" and "schema" in content:
                    content.setdefault("example", of(content["schema"], schemas))


def _successes(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [answer for code, answer in operation["responses"].items() if code.startswith("2")]


def problem(code: int, title: str) -> dict[str, Any]:
    """The example of a refusal."""
    document: dict[str, Any] = {"type": "about:blank", "title": title, "status": code, "detail": DETAILS[code]}
    if code == 400:
        document["fields"] = {"reporter.email": ["Enter a valid email address."]}
    return document


def of(schema: dict[str, Any], schemas: dict[str, Any], name: str = "", depth: int = 0) -> Any:
    """A value that the schema allows. `name` is that of the field."""
    if "$ref" in schema:
        return of(schemas[schema["$ref"].rpartition("/")[2]], schemas, name, depth + 1)
    for given in ("example", "default"):
        if schema.get(given) is not None:
            return schema[given]
    for several in ("allOf", "oneOf", "anyOf"):
        if several in schema:
            return of(schema[several][0], schemas, name, depth + 1)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if name in KNOWN and _fits(KNOWN[name], kinds, schema):
        return KNOWN[name]
    if "enum" in schema:
        return next(value for value in schema["enum"] if value is not None)
    return _plain(schema, next((kind for kind in kinds if kind != "null"), "any"), schemas, name, depth)


def _plain(schema: dict[str, Any], kind: str, schemas: dict[str, Any], name: str, depth: int) -> Any:
    if kind == "object":
        fields = schema.get("properties", {}) if depth < DEEPEST else {}
        # What only comes when it is asked for is told by its description.
        fields = {key: inner for key, inner in fields.items() if key != "expanded"}
        return {key: of(inner, schemas, key, depth + 1) for key, inner in fields.items()}
    if kind == "array":
        return [of(schema.get("items", {}), schemas, name, depth + 1)] if depth < DEEPEST else []
    if kind == "integer":
        return max(int(schema.get("minimum", 1)), 1)
    if kind == "number":
        return 0.95
    if kind == "boolean":
        return True
    text = FORMATS.get(schema.get("format", ""), "text")
    return text[: schema["maxLength"]] if "maxLength" in schema else text


def _fits(value: Any, kinds: list[str], schema: dict[str, Any]) -> bool:
    if "enum" in schema and value not in schema["enum"]:
        return False
    names = {type(None): "null", str: "string", int: "integer", list: "array"}
    is_short = not isinstance(value, str) or len(value) <= schema.get("maxLength", 10_000)
    is_other = isinstance(value, list) and schema.get("items", {}).get("type", "string") != "string"
    return names[type(value)] in kinds and is_short and not is_other


def printed(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
