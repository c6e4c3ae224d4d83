"""Passwords that somebody else has thought of first."""

from typing import Any, NoReturn

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn  # type: ignore[import-untyped]

LOOKED_AT = 72  # characters; the estimate takes longer with each
COMMON = CommonPasswordValidator()  # Django's list; one objection is enough for both
ENOUGH = 10**8  # guesses; a thousand a day for three centuries, where the rate limit allows less


class NotWhatEverybodyTries:
    """Refuses leaked passwords and what is made of them: repeated, turned round, with 0 for o, with a year behind.

    Offline: zxcvbn carries lists of leaked passwords, names and words, and says how many guesses somebody needs who
    knows them. The person's own name and address are among the words."""

    def validate(self, password: str, user: Any = None) -> None:
        try:
            COMMON.validate(password, user)
        except ValidationError:
            self._refuse()
        own = [getattr(user, name, "") for name in ("username", "first_name", "last_name", "email")] if user else []
        words = ["switchback", *(word for text in own for word in text.lower().replace("@", ".").split(".") if word)]
        if zxcvbn(password[:LOOKED_AT], user_inputs=words)["guesses"] < ENOUGH:
            self._refuse()

    def _refuse(self) -> NoReturn:
        raise ValidationError(
            _("Passwords like this are tried first. Take several words that have nothing to do with each other."),
            code="password_too_common",
        )

    def get_help_text(self) -> str:
        return _("Not one that others use too, nor a variation of it.")
