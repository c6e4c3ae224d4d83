"""A message for Slack: what an executive needs to know, and one button. Limits are those of Block Kit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from templates_app import mail, plain
from templates_app.bundling import Parcel

HEADER, SECTION, FIELD, FIELDS, BUTTON = 150, 3000, 2000, 10, 75
LISTED = 10  # of a flood; the rest is counted
ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
Block = dict[str, Any]


@dataclass(frozen=True)
class Words:
    subject: str
    text: str
    body: dict[str, Any]


def compose(parcel: Parcel, at: datetime) -> Words:
    """Raises KeyError, TypeError or ValueError for a snapshot that is not what it should be."""
    with mail.speaking_to(parcel[0]):
        said = mail.said(parcel, at)
        blocks = list(_blocks(said))
        body = {"text": escaped(said["subject"]), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}
        return Words(said["subject"], _as_text(said), body)


def escaped(text: Any) -> str:
    """Nobody's words may become a link, or call a whole room."""
    return str(text).translate(ESCAPED)


def _blocks(said: Mapping[str, Any]) -> Iterable[Block]:
    yield {"type": "header", "text": _plain(said["subject"], HEADER)}
    yield _section("\n".join(filter(None, [_bold(said["mark"]), escaped(said["ask"])])))
    if fields := [_field(row.label, f"{row.text}{f', {row.tel}' if row.tel else ''}") for row in _facts(said)]:
        yield {"type": "section", "fields": fields[:FIELDS]}
    if said["next"]:
        yield _section(escaped(said["next"]))
    if said["others"]:
        yield _section(_others(said))
    yield {"type": "actions", "elements": [_button(said["button"], said["button_url"])]}
    if small := _small(said):
        yield {"type": "context", "elements": [_mrkdwn(small, SECTION)]}


def _facts(said: Mapping[str, Any]) -> list[Any]:
    """With the people who were told, where the message is to a room."""
    return [*said["rows"], *said["people"][:3]] if said["kind"] == "room" else list(said["rows"])


def _others(said: Mapping[str, Any]) -> str:
    others = said["others"][:LISTED]
    lines = [f"• <{other['url']}|{escaped(plain.shorten(other['subject'], 150))}>" for other in others]
    if more := len(said["others"]) - len(others) + said["uncounted"]:
        words = ngettext("And %(n)d more", "And %(n)d more", more) % {"n": more}
        lines.append(f"<{said['escalated_url']}|{escaped(words)}>")
    return "\n".join([_bold(_("Also for you")), *lines])


def _small(said: Mapping[str, Any]) -> str:
    link = f"<{said['ticket_url']}|{escaped(said['number'])}>" if said["number"] and said["ticket_url"] else ""
    return " · ".join(filter(None, [link, escaped(said["late"]), escaped(said["zone"])]))


def _as_text(said: Mapping[str, Any]) -> str:
    """As the outbox keeps it."""
    facts = [f"{row.label}: {row.text}" for row in _facts(said)]
    others = [f"- {other['subject']}" for other in said["others"][:LISTED]]
    lines = [said["mark"], said["ask"], *facts, said["next"], *others, f"{said['button']}: {said['button_url']}"]
    return "\n".join(filter(None, lines)) + "\n"


# --- the small parts -------------------------------------------------------------------------------------------------


def _plain(text: Any, limit: int) -> Block:
    return {"type": "plain_text", "text": plain.shorten(plain.one_line(str(text)), limit), "emoji": False}


def _mrkdwn(text: str, limit: int) -> Block:
    return {"type": "mrkdwn", "text": text if len(text) <= limit else text[: limit - 1].rpartition("\n")[0] or "…"}


def _bold(text: Any) -> str:
    return f"*{escaped(text).replace('*', '∗')}*" if text else ""


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text, SECTION)}


def _field(label: Any, text: Any) -> Block:
    return _mrkdwn(f"{_bold(label)}\n{escaped(plain.shorten(str(text), 500)) or '–'}", FIELD)


def _button(label: Any, url: str) -> Block:
    return {"type": "button", "style": "primary", "text": _plain(label, BUTTON), "url": url, "action_id": "open"}
