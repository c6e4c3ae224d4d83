"""The mails that people get: one message in full, or a bundle that is led by the most urgent one."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy, ngettext

from templates_app import digest_mail, letter, plain
from templates_app.desk_name import organisation
from templates_app.models import Notification
from templates_app.models.notification import WRITTEN
from templates_app.moments import Reader
from templates_app.rendering import paragraphs

FOLDER = "templates_app/mail"
SUBJECT = 78  # characters; more is cut off on most screens
TITLE_AT_LEAST = 24
LISTED = 25  # of a bundle; the rest is counted
SIGNATURE = "\n\n-- \n"
FOLLOW = gettext_lazy("Follow it, or answer us, here:")


@dataclass(frozen=True)
class Invitation:
    """A calendar's message (RFC 5546): `method` is REQUEST or CANCEL, `ics` the whole of it."""

    method: str
    ics: str


@dataclass(frozen=True)
class Mail:
    subject: str
    text: str
    html: str
    invitation: Invitation | None = None
    pictures: dict[str, bytes] = field(default_factory=dict)  # PNGs, by the name that the HTML calls them (cid:)


def compose(notifications: list[Notification], *, at: datetime | None = None) -> Mail:
    """The first notification leads, and its reader's language is the mail's. `at` is when the mail leaves (default
    now): its times are told as seen from then.

    Raises KeyError, TypeError or ValueError for a snapshot that is not what it should be.
    """
    lead = notifications[0]
    with speaking_to(lead):
        if lead.kind in WRITTEN:
            return _as_written(lead)
        at = at or timezone.now()
        return _overview(lead, at) if lead.kind == "digest" else _worded(notifications, at)


def _overview(lead: Notification, at: datetime) -> Mail:
    said = digest_mail.words(lead, Reader.of(lead.time_zone, at))
    text, html = digest_mail.text_and_html(said)
    return Mail(digest_mail.subject(said), _tidy(text), html, pictures=digest_mail.pictures(said))


def speaking_to(lead: Notification) -> AbstractContextManager[None]:
    """The reader's language, for whatever is worded inside."""
    return translation.override(lead.context.get("language") or settings.LANGUAGE_CODE)


def said(notifications: list[Notification], at: datetime) -> dict[str, Any]:
    """All that a message of any channel may place, and its `subject`: one message in full, the others in a line each.
    In the language that is spoken now."""
    lead, *rest = notifications
    main = letter.read(lead, at)
    others = [_entry(row, at) for row in rest[:LISTED]]
    return _words(main) | {
        "subject": _subject(main, len(rest)),
        "others": others,
        "uncounted": len(rest) - len(others),
        "escalated_url": settings.BASE_URL.rstrip("/") + "/escalated/",
        "organisation": organisation(),
    }


def subject_of(message: Notification, at: datetime) -> str:
    """Of this message alone, in its reader's language. Raises as `compose` does."""
    with speaking_to(message):
        if message.kind in WRITTEN:
            return plain.one_line(message.subject)
        if message.kind == "digest":
            return digest_mail.subject(digest_mail.words(message, Reader.of(message.time_zone, at)))
        return _subject(letter.read(message, at), 0, limit=200)


def button_of(message: Notification, at: datetime) -> tuple[str, str]:
    """What the button of a message says, and where it leads. Raises as `compose` does."""
    with speaking_to(message):
        if message.kind == "digest":
            said = digest_mail.words(message, Reader.of(message.time_zone, at))
            return said["button"], said["button_url"]
        main = letter.read(message, at)
        return main.button, main.button_url


def _worded(notifications: list[Notification], at: datetime) -> Mail:
    context = said(notifications, at)
    text = _plain("letter.txt", context)
    return Mail(str(context["subject"]), _tidy(text), render_to_string(f"{FOLDER}/letter.html", context))


def _as_written(message: Notification) -> Mail:
    """Written by a person: the words are in the row, only the frame is ours. The frame leads to the customer's page,
    unless the words do."""
    text, html = plain.lines(message.text), message.html
    page = settings.BASE_URL.rstrip("/") + path if (path := message.context.get("customer_page")) else ""
    context = {
        "subject": plain.one_line(message.subject),
        "body": html or paragraphs(text),
        "organisation": organisation(),
        "customer_page": "" if page in (html or text) else page,
    }
    invitation = message.context.get("invitation")
    return Mail(
        context["subject"],
        f"{text}{SIGNATURE}{FOLLOW} {page}\n" if page and page not in text else f"{text}\n",
        render_to_string(f"{FOLDER}/customer.html", context),
        Invitation(**invitation) if invitation else None,
    )


def words_of(message: Notification) -> str:
    """What the person wrote, also after the mail was sent and its frame was kept with it."""
    words, _line, foot = message.text.rpartition(SIGNATURE)
    page = message.context.get("customer_page")
    return plain.lines(words if page and page in foot else message.text)


def _entry(message: Notification, at: datetime) -> dict[str, str]:
    each = letter.read(message, at)
    return {
        "subject": _subject(each, 0, limit=200),
        "button": each.button,
        "url": each.button_url,
        "next": each.next,
    }


def _words(each: letter.Letter) -> dict[str, object]:
    context = vars(each) | {"organisation": organisation()}
    mark, ask = (plain.one_line(_plain(f"{each.kind}/{part}.txt", context)) for part in ("mark", "ask"))
    return context | {"mark": mark, "ask": ask, "tone": TONES.get(each.kind, "")}


TONES = {
    **dict.fromkeys(("escalated", "breach"), "late"),
    **dict.fromkeys(("at_risk", "reminder"), "risk"),
    **dict.fromkeys(("resolved", "confirmed"), "fine"),
}


def _subject(each: letter.Letter, more: int, limit: int = SUBJECT) -> str:
    """Sharp: where it is too long, the title gives way, down to a point."""
    suffix = " " + ngettext("(+%d more)", "(+%d more)", more) % more if more else ""
    whole = _subject_with(each, each.title) + suffix
    room = max(len(each.title) - (len(whole) - limit), TITLE_AT_LEAST)
    return _subject_with(each, plain.shorten(each.title, room)) + suffix


def _subject_with(each: letter.Letter, title: str) -> str:
    context = vars(each) | {"title": title, "organisation": organisation()}
    return plain.one_line(_plain(f"{each.kind}/subject.txt", context))


def _plain(name: str, context: dict[str, object]) -> str:
    """Not escaped: what comes out is text, which the HTML layout escapes like any other value."""
    return Engine.get_default().get_template(f"{FOLDER}/{name}").render(Context(context, autoescape=False))


def _tidy(text: str) -> str:
    """Blocks that stayed empty leave no more than one blank line."""
    tidy: list[str] = []
    for line in (line.rstrip() for line in text.strip().splitlines()):
        if line or (tidy and tidy[-1]):
            tidy.append(line)
    return "\n".join(tidy) + "\n"
