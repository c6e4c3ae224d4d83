"""JSON bodies, read strictly: what a database column could not hold is refused here, by name."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ParseError, ValidationError
from rest_framework.parsers import BaseParser

DEEPEST = 20
LARGEST = 2**63 - 1  # what PostgreSQL and SQLite hold in an integer


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Not `stream.read()`: only `body` minds DATA_UPLOAD_MAX_MEMORY_SIZE."""
        raw = stream.body if hasattr(stream, "body") else stream.read()
        try:
            data = json.loads(raw.decode(), parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_once)
        except UnicodeDecodeError:
            raise ParseError(_("The body is not UTF-8.")) from None
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not JSON: %(why)s") % {"why": str(error)[:200]}) from None
        problems = dict(_unusable(data, "", 0))
        if problems:
            raise ValidationError({name: [ErrorDetail(text)] for name, text in problems.items()})
        return data


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
    return number


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _value in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{printable(twice)!r} is given twice")
    return dict(pairs)


def _unusable(value: Any, path: str, depth: int) -> Iterator[tuple[str, str]]:
    """The dotted names of what no column holds, each with a sentence."""
    if depth > DEEPEST:
        yield path, _("This is nested too deeply.")
    elif isinstance(value, dict):
        for name, inner in value.items():
            inner_path = f"{path}.{printable(name)}" if path else printable(name)
            if why := wrong_with(name):
                yield inner_path, why
            yield from _unusable(inner, inner_path, depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _unusable(inner, f"{path}.{index}" if path else str(index), depth + 1)
    elif isinstance(value, str) and (why := wrong_with(value)):
        yield path or "body", why
    elif isinstance(value, int) and abs(value) > LARGEST:
        yield path or "body", _("This number is too large.")


def wrong_with(text: str) -> str:
    if "\0" in text:
        return _("Null characters are not allowed.")
    return _("This is not valid Unicode.") if any("\ud800" <= char <= "\udfff" for char in text) else ""


def printable(text: str) -> str:
    """Safe to write into an answer, and short."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")[:100]
