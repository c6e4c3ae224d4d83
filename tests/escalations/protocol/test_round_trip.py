"""Whatever a content says that may be said: applied, the settings say the same again."""

from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalations.models.version import ProtocolVersion
from escalations.protocol.applying import apply
from escalations.protocol.checking import checked
from escalations.protocol.content import Content, is_same, snapshot

pytestmark = pytest.mark.django_db

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
TARGETS = {  # an answer comes before the solution
    "resolution_target": ["300h", "15bd"],
    "response_target": ["7m", "3h"],
    "update_every": ["", "90m", "2bd"],
    "step": ["5m", "1h", "2bd"],
}


@st.composite
def mutated(draw: st.DrawFn, start: Content) -> Content:
    """Some of everything is changed, added, removed or put into another order."""
    made: Content = {**start, "department": draw(WORDS), "notes": draw(WORDS), "critical_notice": draw(WORDS)}
    made["calendars"] = dict(start["calendars"])
    office, row = next(iter(start["calendars"].items()))
    holidays = draw(st.lists(st.dates(datetime(2026, 1, 1).date(), datetime(2028, 1, 1).date()), max_size=3))  # noqa: DTZ001
    made["calendars"][office] = row | {"name": draw(WORDS), "holidays": [str(day) for day in holidays]}
    if draw(st.booleans()):
        made["calendars"]["night"] = row | {"name": draw(WORDS), "default": False, "timezone": "Asia/Tokyo"}
    made["severities"] = {
        code: draw(severity(row, list(made["calendars"]))) for code, row in start["severities"].items()
    }
    for name in ("checklist", "steps", "principles"):
        made[name] = draw(st.permutations(start[name]))[: draw(st.integers(0, len(start[name])))]
    made["steps"] = [*made["steps"], {"key": "more", "title": draw(WORDS), "text": draw(WORDS)}]
    made["goals"] = draw(st.dictionaries(st.sampled_from(["resolution_rate", "reopen_rate"]), st.floats(0, 1)))
    made["rungs"] = [rung | {"title": draw(WORDS)} for rung in start["rungs"]]
    return made


@st.composite
def severity(draw: st.DrawFn, row: dict[str, Any], calendars: list[str]) -> dict[str, Any]:
    hours = st.sampled_from([None, *calendars])
    return {
        **row,
        **{name: draw(st.sampled_from(values)) for name, values in TARGETS.items()},
        "name": draw(WORDS),
        "examples": draw(st.lists(WORDS, max_size=3)),
        "calendar": draw(hours),
        "response_calendar": draw(hours),
        "at_risk_percent": draw(st.integers(1, 99)),
        "aftercare_days": draw(st.integers(0, 365)),
        "notify_on_open": draw(st.lists(st.sampled_from([1, 2, 5, "technical", "product"]), unique=True)),
        "post_mortem": draw(st.sampled_from(["required", "if_needed", "no"])),
    }


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(data=st.data())
def test_what_is_applied_is_what_runs(loaded: ProtocolVersion, at: datetime, data: st.DataObject) -> None:
    content = checked(data.draw(mutated(loaded.content)))
    with transaction.atomic():
        for _twice in range(2):
            apply(content, at)
            assert is_same(content, snapshot())
        apply(loaded.content, at)  # and back again
        assert is_same(loaded.content, snapshot())
        transaction.set_rollback(True)
