"""What a verb says when it cannot be done."""


class NotAllowed(Exception):
    """The ticket's state forbids it. `message` says why, to a person."""

    def __init__(self, verb: str, message: str) -> None:
        super().__init__(message)
        self.verb = verb
        self.message = message


class Invalid(Exception):
    """What was given cannot be used. `fields` maps each field's name to what is wrong with it and the way out."""

    def __init__(self, **fields: str) -> None:
        super().__init__("; ".join(f"{name}: {message}" for name, message in fields.items()))
        self.fields = {name: str(message) for name, message in fields.items()}
