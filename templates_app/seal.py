"""Names of messages that nobody can make up.

The name of a row of the outbox is its Message-ID. A mail server that sends one back shows by that name that it has had
the mail, so whoever could guess it could have any address of the matrix marked as refused.
"""

from django.utils.crypto import salted_hmac

SALT = "templates_app.seal"
LENGTH = 16


def sealed(name: str) -> str:
    """`name` with a part that only we can make; the same for the same name."""
    return f"{name}.{seal(name)}"


def seal(value: str) -> str:
    return salted_hmac(SALT, value, algorithm="sha256").hexdigest()[:LENGTH]
