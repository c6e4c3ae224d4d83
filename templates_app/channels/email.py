"""E-mail, through the mail server or provider that EMAIL_URL names."""

from datetime import datetime
from types import TracebackType

from templates_app import mail
from templates_app.bundling import Parcel
from templates_app.channels.channel import Channel, Receipt
from templates_app.channels.directory import Directory
from templates_app.mail import Mail
from templates_app.post import Post


class Email(Channel):
    name = "email"

    def __init__(self, directory: Directory) -> None:
        super().__init__(directory)
        self.post = Post()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.post.__exit__(kind, error, trace)

    @property
    def kept(self) -> str:
        return self.post.kept

    def word(self, parcel: Parcel, at: datetime) -> Mail:
        return mail.compose(parcel, at=at)

    def send(self, parcel: Parcel, words: Mail) -> Receipt:
        return Receipt(self.post.send(parcel, words))
