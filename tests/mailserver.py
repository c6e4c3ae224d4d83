"""A real SMTP server on this machine that does what a test tells it to."""

import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.real import free_port


class MailServer:
    """`messages` in order of arrival, each with `.recipients`. Answers may be set for an address or for all mail."""

    def __init__(self) -> None:
        self.port = free_port()
        self.messages: list[EmailMessage] = []
        self._refused: dict[str, str] = {}
        self._answer = ""
        self._open = threading.Event()
        self._open.set()
        self._controller: Controller | None = None

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Connections are refused from now on; `start` brings it back on the same port."""
        self.resume()
        if self._controller:
            self._controller.stop()
            self._controller = None

    def refuse(self, address: str, answer: str = "550 5.1.1 no such mailbox") -> None:
        """This recipient is refused; a 4xx answer says "later"."""
        self._refused[address.lower()] = answer

    def accept(self, address: str) -> None:
        self._refused.pop(address.lower(), None)

    def answer_all(self, answer: str) -> None:
        """Every message gets this after its data, such as "451 busy"; "" accepts again."""
        self._answer = answer

    def hang(self) -> None:
        """Takes messages and answers nothing until `resume`."""
        self._open.clear()

    def resume(self) -> None:
        self._open.set()

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.messages if address in message.recipients]

    # --- aiosmtpd calls these ---

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if answer := self._refused.get(address.lower()):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await server.loop.run_in_executor(None, self._open.wait)
        if self._answer:
            return self._answer
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        message.recipients = list(envelope.rcpt_tos)
        self.messages.append(message)
        return "250 OK"
