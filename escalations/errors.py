"""What a verb says when it cannot be done."""

from django.utils.translation import gettext as _


class NotAllowed(Exception):
    """The ticket's state forbids it. `message` says why, to a person."""

    def __init__(self, verb: str, message: str) -> None:
        super().__init__(message)
        self.verb = verb
        self.message = message


class StillOpen(NotAllowed):
    """Closing, while required lines of the checklist are open. `lines` names them."""

    def __init__(self, lines: list[str]) -> None:
        names = {"lines": "; ".join(lines)}
        super().__init__(
            "close", _("Still open on the checklist: %(lines)s. Do these first, or close with a reason.") % names
        )
        self.lines = lines


class Invalid(Exception):
    """What was given cannot be used. `fields` maps each field's name to what is wrong with it and the way out."""

    def __init__(self, **fields: str) -> None:
        super().__init__("; ".join(f"{name}: {message}" for name, message in fields.items()))
        self.fields = {name: str(message) for name, message in fields.items()}
