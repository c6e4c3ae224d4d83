"""An overview as a mail: its words are in the snapshot, as they were when it was made."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string

from templates_app import plain
from templates_app.desk_name import organisation
from templates_app.letter import url_of
from templates_app.models import Notification
from templates_app.moments import Reader
from templates_app.picture import cards_png

NUMBERS = "numbers"  # the picture's name within the mail


def words(message: Notification, reader: Reader) -> dict[str, Any]:
    """Everything that the mail places. Raises KeyError, TypeError or ValueError where the snapshot has a gap."""
    context = message.context
    cards = [_card(card) for card in context["cards"]]
    return {
        "title": plain.one_line(context["title"]),
        "intro": plain.one_line(context["intro"]),
        "cards": cards,
        "numbers": "; ".join(f"{card['label']}: {card['value']} ({card['note']})" for card in cards),
        "picture": f"cid:{NUMBERS}" if cards else "",
        "sections": [_section(section) for section in context["sections"]],
        "button": plain.one_line(context["button"]),
        "button_url": url_of(context["path"]),
        "stop_url": url_of(context["stop_path"]),
        "why": plain.one_line(context.get("why", "")),
        "settings_url": url_of("/settings/"),
        "zone": reader.zone_sentence(),
        "organisation": organisation(),
    }


def _card(card: Mapping[str, Any]) -> dict[str, str]:
    """`url` leads to what the number counts; older snapshots have none."""
    words = {name: plain.one_line(card[name]) for name in ("label", "value", "note")}
    return words | {"url": url_of(card["path"]) if card.get("path") else ""}


def _section(section: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        {
            "text": plain.one_line(row["text"]),
            "detail": plain.one_line(row["detail"]),
            "url": url_of(row["path"]),
            "late": bool(row["late"]),
        }
        for row in section["rows"]
    ]
    return {"heading": plain.one_line(section["heading"]), "rows": rows, "more": plain.one_line(section["more"])}


def subject(said: Mapping[str, Any]) -> str:
    return plain.shorten(f"{said['title']} – {organisation()}", 150)


def text_and_html(said: Mapping[str, Any]) -> tuple[str, str]:
    folder = "templates_app/mail"
    return render_to_string(f"{folder}/digest.txt", {"it": said}), render_to_string(f"{folder}/digest.html", dict(said))


def pictures(said: Mapping[str, Any]) -> dict[str, bytes]:
    """PNGs by the name that the HTML calls them."""
    return {NUMBERS: cards_png(said["cards"])} if said["cards"] else {}
