"""What a verb of the protocol says when it cannot be done: each tells the way out."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


class ProtocolError(Exception):
    """`message` says to a person why not, and what to do instead; `code` tells a program."""

    code = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotYours(ProtocolError):
    """Another role, or another person, does this."""

    code = "not_yours"


class WrongStage(ProtocolError):
    """The version is no draft any more, or not yet what it should be."""

    code = "wrong_stage"


class LostUpdate(ProtocolError):
    """Somebody saved the draft after it was opened."""

    code = "lost_update"


class OutOfDate(ProtocolError):
    """Another version runs than the one that the draft was begun from."""

    code = "out_of_date"

    def __init__(self, message: str = "") -> None:
        super().__init__(
            message
            or _(
                "What this draft is based on no longer runs: the protocol has changed since. Bring the draft up to "
                "date, look at what it changes now, and have it signed again."
            )
        )


class NotWhatYouSaw(ProtocolError):
    """The draft changed between looking and signing."""

    code = "digest"


class BadContent(ProtocolError):
    """`errors` maps the path of each part that cannot be used, such as "severities.P1.response_target", to why."""

    code = "content"

    def __init__(self, errors: Mapping[str, Any]) -> None:
        self.errors = {path: str(why) for path, why in errors.items()}
        super().__init__("; ".join(f"{path}: {why}" for path, why in self.errors.items()))
