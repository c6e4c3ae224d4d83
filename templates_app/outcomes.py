"""What an error while sending means: for this message, for a later try, or for the whole channel."""

import smtplib

from anymail import exceptions as anymail

TOO_BIG = 552


class Refused(Exception):
    """For good: no later try can help this message."""


class NoSuchAddress(Refused):
    """It is the address that is refused, not the message."""


class PutOff(Exception):
    """Not now: the message is to be tried again."""


class Later(PutOff):
    """Not for so many seconds, says the other side."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Unreachable(Exception):
    """The server cannot be reached or does not accept us; no message is to blame."""


class Lost(Unreachable):
    """The connection broke in the middle."""


class Broken(PutOff):
    """The connection breaks on this message, also when it is new: it is put off, and the channel rests as well."""


Outcome = Refused | PutOff | Unreachable


def outcome(error: Exception) -> Outcome:
    """For errors of smtplib, anymail and sockets. What is not known is put off: eight tries end that as well."""
    if isinstance(error, Outcome):
        return error
    reason = _sentence(error)
    match error:
        case smtplib.SMTPRecipientsRefused():
            result = _by_code(min(code for code, _ in error.recipients.values()), reason)
            return NoSuchAddress(reason) if isinstance(result, Refused) else result
        case smtplib.SMTPSenderRefused():
            # Our own address is the same in every mail: a refusal must not empty the outbox into the dead letters.
            permanent = error.smtp_code >= 500 and error.smtp_code != TOO_BIG
            return Unreachable(reason) if permanent else _by_code(error.smtp_code, reason)
        case smtplib.SMTPAuthenticationError() | smtplib.SMTPConnectError() | smtplib.SMTPHeloError():
            return Unreachable(reason)
        case smtplib.SMTPResponseException():
            return _by_code(error.smtp_code, reason)
        case smtplib.SMTPNotSupportedError():  # an address in letters that the server does not know
            return NoSuchAddress(reason)
        case anymail.AnymailAPIError():
            return _from_provider(error.status_code, reason)
        case anymail.AnymailConfigurationError():
            return Unreachable(reason)
        case anymail.AnymailError():  # recipients refused, an address that is none
            return NoSuchAddress(reason)
        case ValueError():  # an address that is none: also Django's and anymail's own errors, and UnicodeError
            return NoSuchAddress(reason)
        case OSError():  # smtplib.SMTPServerDisconnected, time-outs, certificates
            return Lost(reason)
    return PutOff(reason)


def _by_code(code: int, reason: str) -> Outcome:
    if code == 421:  # "closing": the server goes, whatever the message
        return Unreachable(reason)
    return Refused(reason) if code >= 500 else PutOff(reason)


def _from_provider(status: int | None, reason: str) -> Outcome:
    """Refused recipients come as an error of their own, so any other complaint may be about our account."""
    return PutOff(reason) if status in (400, 406, 409, 413, 422) else Unreachable(reason)


def _sentence(error: Exception) -> str:
    match error:
        case smtplib.SMTPRecipientsRefused():
            return "; ".join(f"{code} {_text(answer)}" for code, answer in error.recipients.values())
        case smtplib.SMTPResponseException():
            return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
