"""Bringing a draft up to date: what it changed itself stays, everything else becomes what runs."""

from typing import Any

from .content import LISTS, WORDS, Content, canonical

KEYS = {"checklist": "key", "rungs": "level", **dict.fromkeys(LISTS, "key")}


def merge(base: Content, draft: Content, runs: Content) -> tuple[Content, list[str]]:
    """The three brought together, and the paths that both sides changed in different ways: there the draft wins."""
    base, draft, runs = canonical(base), canonical(draft), canonical(runs)
    both: list[str] = []
    made = dict(runs)
    for name in WORDS:
        made[name] = _pick(name, base[name], draft[name], runs[name], both)
    for name in ("severities", "calendars"):
        made[name] = _rows(name, base[name], draft[name], runs[name], both, deep=True)
    made["goals"] = _rows("goals", base["goals"], draft["goals"], runs["goals"], both, deep=False)
    for name, key in KEYS.items():
        made[name] = _listed(name, key, base[name], draft[name], runs[name], both)
    return made, both


def _pick(path: str, base: Any, draft: Any, runs: Any, both: list[str]) -> Any:
    if draft != base and runs not in (base, draft):
        both.append(path)
    return runs if draft == base else draft


def _rows(path: str, base: Content, draft: Content, runs: Content, both: list[str], *, deep: bool) -> Content:
    made = {}
    for key in dict.fromkeys([*runs, *draft, *base]):
        here = f"{path}.{key}"
        versions: tuple[Any, Any, Any] = (base.get(key), draft.get(key), runs.get(key))
        if deep and all(isinstance(row, dict) for row in versions):
            made[key] = _rows(here, versions[0], versions[1], versions[2], both, deep=False)
            continue
        value = _pick(here, *versions, both)
        if value is not None or (key in draft and key in runs):
            made[key] = value
    return made


def _listed(path: str, key: str, base: Any, draft: Any, runs: Any, both: list[str]) -> list[Content]:
    named = [{row[key]: row for row in rows} for rows in (base, draft, runs)]
    made = _rows(path, named[0], named[1], named[2], both, deep=True)
    # The draft's order, if it has one of its own; who is not in it comes last.
    order = [*named[2]] if [*named[1]] == [*named[0]] else [*named[1]]
    return [made[name] for name in [*order, *(name for name in made if name not in order)] if name in made]
