"""Handing mails to the mail server: one connection for as long as a pass lasts."""

from base64 import b64encode
from contextlib import suppress
from email.mime.image import MIMEImage
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from templates_app import plain
from templates_app.bundling import Parcel
from templates_app.inbound import reply_address
from templates_app.mail import Mail
from templates_app.models.notification import WRITTEN
from templates_app.outcomes import Broken, Lost, NoSuchAddress, Unreachable, outcome

WORD = 39  # bytes; with its frame 64 characters
REFUSED_BY_PROVIDER = {"rejected", "invalid", "failed"}


class Post:
    """Opens the connection with the first mail. `send` raises an Outcome and nothing else."""

    def __init__(self) -> None:
        self.connection = get_connection()
        self.is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    @property
    def kept(self) -> str:
        """Why accepted mail goes no further; empty where a server is set."""
        return getattr(self.connection, "kept", "")

    def send(self, parcel: Parcel, mail: Mail) -> str:
        """The provider's own name for the mail; empty with plain SMTP. Servers close connections that have been idle or
        used enough, so a broken one is replaced once."""
        letter = envelope(parcel, mail)
        is_new = self._open()
        try:
            self.connection.send_messages([letter])
            _check_provider_status(letter)
            return _provider_id(letter)
        except Exception as error:
            result = outcome(error)
            if not isinstance(result, Unreachable):
                raise result from error
            self._close()
            if is_new or not isinstance(result, Lost):
                raise (Broken(str(result)) if isinstance(result, Lost) else result) from error
        try:
            return self.send(parcel, mail)
        except Unreachable as away:
            # It may have been taken before the line broke: what comes later must be this very mail.
            raise Broken(str(away)) from away

    def _open(self) -> bool:
        """True where there was no connection before."""
        if self.is_open:
            return False
        try:
            self.connection.open()
        except Exception as error:
            self._close()
            raise Unreachable(str(outcome(error))) from error
        self.is_open = True
        return True

    def _close(self) -> None:
        self.is_open = False
        with suppress(Exception):
            self.connection.close()


class Envelope(EmailMultiAlternatives):
    """A subject starts on the line of its header: folded before its first word, some readers show it indented."""

    def message(self, *args: Any, **options: Any) -> Any:
        readable, self.subject = self.subject, _encoded(str(self.subject))
        try:
            return super().message(*args, **options)
        finally:
            self.subject = readable


def envelope(parcel: Parcel, mail: Mail) -> Envelope:
    lead = parcel[0]
    letter = Envelope(
        subject=plain.one_line(mail.subject),
        body=mail.text,
        from_email=sender(),
        to=[address(lead.to_name, lead.to_address)],
        headers=_headers(parcel),
    )
    letter.attach_alternative(mail.html, "text/html")
    if mail.invitation:
        # Calendars read the part, people who have none open the file: both carry the same.
        letter.attach_alternative(mail.invitation.ics, f"text/calendar; method={mail.invitation.method}")
        letter.attach("invite.ics", mail.invitation.ics.encode(), "application/ics")
    for name, picture in mail.pictures.items():
        image = MIMEImage(picture, "png")
        image.add_header("Content-ID", f"<{name}>")
        image.add_header("Content-Disposition", "inline", filename=f"{name}.png")
        letter.attach(image)
    return letter


def message_id(idem: str) -> str:
    """The same for every attempt at the same message."""
    return f"<{_atom(idem)}@{domain()}>"


def address(name: str, mailbox: str) -> str:
    """Raises NoSuchAddress for a mailbox that could smuggle in a second one."""
    mailbox = mailbox.strip()
    if mailbox != plain.one_line(mailbox) or mailbox.count("@") != 1 or set(mailbox) & set(' ,;:<>()[]"\\'):
        raise NoSuchAddress(f"not an e-mail address: {plain.one_line(mailbox)}")
    shown = plain.one_line(name).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{shown}" <{mailbox}>' if shown else mailbox


def sender() -> str:
    """DEFAULT_FROM_EMAIL, quoted: an organisation's name may hold a comma. A wrong one is nobody's message's fault."""
    name, _, rest = settings.DEFAULT_FROM_EMAIL.rpartition("<")
    try:
        return address(name.strip().strip('"'), rest.strip().rstrip(">"))
    except NoSuchAddress as error:
        raise Unreachable(f"DEFAULT_FROM_EMAIL: {error}") from error


def _headers(parcel: Parcel) -> dict[str, str]:
    lead = parcel[0]
    headers = {"Message-ID": message_id(lead.idem), "X-Auto-Response-Suppress": "OOF, AutoReply, RN, NRN"}
    if lead.about:  # every mail about one ticket hangs on the same, never sent, first one
        headers["References"] = headers["In-Reply-To"] = message_id(lead.about.lower())
        customer = lead.kind in WRITTEN and lead.user_id is None
        if reply_to := reply_address.made_for(lead.to_address, about=lead.about, customer=customer):
            headers["Reply-To"] = reply_to
    if lead.kind in WRITTEN:
        return headers
    headers["Auto-Submitted"] = "auto-generated"
    headers["List-Id"] = f"{_atom(settings.ORGANISATION)} <{list_id()}>"
    if path := lead.context.get("stop_path"):
        headers["List-Unsubscribe"] = f"<{settings.BASE_URL.rstrip('/')}{path}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if lead.urgent:
        headers |= {"Importance": "high", "X-Priority": "1"}
    return headers


def _atom(text: str) -> str:
    return quote(plain.one_line(text), safe="!#$&'*+-/=?^_`{|}~.")


def _encoded(subject: str) -> str:
    """Encoded words (RFC 2047) for what is not ASCII, each short enough to follow "Subject: " on its line."""
    if subject.isascii():
        return subject
    words, size = [""], 0
    for letter in subject:
        size += len(letter.encode())
        if size > WORD:
            words, size = [*words, ""], len(letter.encode())
        words[-1] += letter
    return " ".join(f"=?utf-8?b?{b64encode(word.encode()).decode()}?=" for word in words)


def list_id() -> str:
    return f"escalations.{domain()}"


def domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >") or settings.SITE_HOST


def _provider_id(letter: EmailMultiAlternatives) -> str:
    """As its later reports will call it. One mail has one recipient, so one name is all there is."""
    name = getattr(getattr(letter, "anymail_status", None), "message_id", None)
    return name if isinstance(name, str) else ""


def _check_provider_status(letter: EmailMultiAlternatives) -> None:
    """Some providers accept the call and refuse the recipient in the answer."""
    status = getattr(letter, "anymail_status", None)
    if status is None or not status.recipients:
        return
    for each in status.recipients.values():
        if each.status in REFUSED_BY_PROVIDER:
            raise NoSuchAddress(f"the mail provider says: {each.status}")
