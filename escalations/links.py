"""The signed links in escalation mails. A link names one escalation and one person, and says nothing else."""

from django.core import signing
from django.utils.translation import gettext as _

from escalations.models import Escalation

SALT = "escalations.take"
VALID_FOR_SECONDS = 7 * 24 * 3600


class LinkProblem(Exception):
    """The link cannot be used; `message` explains it to the person who followed it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def take_token(escalation: Escalation, email: str) -> str:
    return signing.dumps([escalation.pk, email], salt=SALT, compress=False)


def read_take_token(token: str) -> tuple[Escalation, str]:
    """The escalation and the address it was sent to. Raises LinkProblem if expired, altered or unknown."""
    try:
        key, email = signing.loads(token, salt=SALT, max_age=VALID_FOR_SECONDS)
    except signing.SignatureExpired as error:
        raise LinkProblem(_("This link has expired: links in mails work for seven days.")) from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise LinkProblem(_("This link is not complete or was changed. Open it again from the mail.")) from error
    escalation = (
        Escalation.objects.select_related("ticket__customer", "ticket__severity", "ticket__owner")
        .filter(pk=key)
        .first()
    )
    if escalation is None:
        raise LinkProblem(_("What this link speaks of no longer exists."))
    return escalation, email
