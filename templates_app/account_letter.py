"""Mails about somebody's account: invited, a forgotten password, an address to confirm, what was changed.

`send` puts one into the outbox. They carry no `user_id`: nobody finds them in their inbox in the app, so only who reads
the mailbox has the link that lets somebody in; and the outbox shows it to nobody (templates_app/views.py).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _
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
    "password_reset_key": (
        gettext_lazy("Choose a new password"),
        gettext_lazy(
            "Somebody, most likely you, asked for a new password. Your user name: %(username)s. The link works once, "
            "until %(until)s. If it was not you, do nothing: your password stays as it is."
        ),
        gettext_lazy("Choose a password"),
    ),
    "unknown_account": (
        gettext_lazy("No account with this address"),
        gettext_lazy(
            "Somebody, perhaps you, asked for a new password for %(email)s. There is no account with this address "
            "here. Try the address with which you were entered, or ask an administrator. If it was not you, do nothing."
        ),
        gettext_lazy("Try another address"),
    ),
    "factor_forgotten": (
        gettext_lazy("Your second factor was removed"),
        gettext_lazy(
            "%(by)s removed the second factor of %(username)s: your password alone signs you in until you set up a new "
            "one. You were signed out everywhere. If you did not ask for it, tell another administrator at once."
        ),
        gettext_lazy("Set up a new one"),
    ),
}
# A change to how somebody signs in: the subject, what was done. When and from where is told of each.
TOLD: dict[str, tuple[Any, Any]] = {
    "password_changed": (
        gettext_lazy("Your password was changed"),
        gettext_lazy("The password of your account was changed."),
    ),
    "password_reset": (
        gettext_lazy("Your password was changed"),
        gettext_lazy("The password of your account was changed by a link that went to this mailbox."),
    ),
    "password_set": (
        gettext_lazy("You have a password now"),
        gettext_lazy("A password was chosen for your account."),
    ),
    "totp_activated": (
        gettext_lazy("An authenticator app was set up"),
        gettext_lazy("From now on an authenticator app is asked for when you sign in."),
    ),
    "totp_deactivated": (
        gettext_lazy("The authenticator app was turned off"),
        gettext_lazy("An authenticator app is no longer asked for when you sign in."),
    ),
    "webauthn_added": (
        gettext_lazy("A passkey was added"),
        gettext_lazy("A passkey was added to your account."),
    ),
    "webauthn_removed": (
        gettext_lazy("A passkey was removed"),
        gettext_lazy("A passkey was removed from your account."),
    ),
    "recovery_codes_generated": (
        gettext_lazy("New recovery codes were made"),
        gettext_lazy("Your recovery codes were replaced by new ones."),
    ),
    "account_connected": (
        gettext_lazy("Single sign-on was connected"),
        gettext_lazy("Your account can be opened by single sign-on from now on."),
    ),
    "account_disconnected": (
        gettext_lazy("Single sign-on was disconnected"),
        gettext_lazy("Your account cannot be opened by single sign-on any more."),
    ),
}
WHERE = gettext_lazy("It was done at %(at)s, from the address %(ip)s.")
NOT_YOU = gettext_lazy("If that was not you, change your password at once and tell an administrator.")


def send(
    *, what: str, to: str, name: str, path: str, at: datetime, language: str = "", zone: str = "", **words: str
) -> None:
    """`what` is of WORDS or TOLD. `path` is where the button leads; `words` are placed in the sentence, `until` as
    ISO 8601."""
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
    words = {name: plain.one_line(text) for name, text in context["words"].items()}
    if until := context["words"].get("until"):
        words["until"] = reader.time(moment(until))
    title, asked, button = _said(context["what"], words | {"at": reader.time(message.due_at)})
    return Letter(
        kind=message.kind,
        title=title,
        to_do=asked,
        button=button,
        button_url=url_of(context["path"]),
        when=reader.time(message.due_at),
        zone=reader.zone_sentence(),
    )


def _said(what: str, words: dict[str, str]) -> tuple[str, str, str]:
    if what in WORDS:
        title, asked, button = WORDS[what]
        return str(title), str(asked) % words, str(button)
    title, done = TOLD[what]
    return str(title), f"{done} {WHERE % words} {NOT_YOU}", _("Open your settings")


READERS: dict[str, Callable[[Notification, Reader], Letter]] = {KIND: _of_account}
