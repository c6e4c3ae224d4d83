"""Mails about somebody's account: invited, an address to confirm, what was changed.

`send` puts one into the outbox. They carry no `user_id`: nobody finds them in their inbox in the app, so only who reads
the mailbox has the link that lets somebody in; and the outbox shows it to nobody (templates_app/views.py).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext_lazy

from config.nudge import nudge_deliver
from templates_app import plain
from templates_app.letter import Letter, url_of
from templates_app.models import Notification
from templates_app.moments import Reader, moment

KIND = "account"
# What happened: the subject, what is asked, the button.
WORDS: dict[str, tuple[Any, Any, Any]] = {
    "invited": (
        gettext_lazy("You are invited: choose a password and come in"),
        gettext_lazy("%(by)s made you an account. Your user name: %(username)s. The link works once, until %(until)s."),
        gettext_lazy("Choose a password"),
    ),
    "confirm": (
        gettext_lazy("Please confirm your new e-mail address"),
        gettext_lazy("%(username)s is to get mail here. Confirm it by %(until)s, or do nothing if this is not you."),
        gettext_lazy("Confirm this address"),
    ),
    "changed": (
        gettext_lazy("Your e-mail address was changed"),
        gettext_lazy("Mail for %(username)s goes to %(new)s now. If that was not you, tell an administrator at once."),
        gettext_lazy("Open your settings"),
    ),
}


def send(
    *, what: str, to: str, name: str, path: str, at: datetime, language: str = "", zone: str = "", **words: str
) -> None:
    """`path` is where the button leads; `words` are placed in the sentence, `until` as ISO 8601."""
    Notification.objects.create(
        idem=f"account.{uuid4().hex}",
        kind=KIND,
        to_name=name[:120],
        to_address=to,
        time_zone=zone,
        context={"what": what, "path": path, "words": words, **({"language": language} if language else {})},
        due_at=at,
        created_at=at,
        next_try_at=at,
    )
    nudge_deliver()


def _of_account(message: Notification, reader: Reader) -> Letter:
    context = message.context
    title, asked, button = WORDS[context["what"]]
    words = {name: plain.one_line(text) for name, text in context["words"].items()}
    if until := context["words"].get("until"):
        words["until"] = reader.time(moment(until))
    return Letter(
        kind=message.kind,
        title=str(title),
        to_do=str(asked) % words,
        button=str(button),
        button_url=url_of(context["path"]),
        when=reader.time(message.due_at),
        zone=reader.zone_sentence(),
    )


READERS: dict[str, Callable[[Notification, Reader], Letter]] = {KIND: _of_account}
