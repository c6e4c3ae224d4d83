"""What Slack and webhooks share: an address that a person typed, and what its answers mean."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from templates_app import breaker, outgoing
from templates_app.bundling import Parcel
from templates_app.channels.channel import Channel, Receipt
from templates_app.channels.directory import Target
from templates_app.mail import Mail
from templates_app.models import Notification
from templates_app.outcomes import Later, NoSuchAddress, PutOff, Refused, Unreachable

TEST = "test"  # a message that asks an address whether it works, also after it refused
GONE = (401, 403, 404, 410)
LATER = (408, 425, 429)
SAID = 120  # characters of an answer that are kept


class Hook(Channel):
    """People's servers differ: one that cannot be reached rests alone, by its host."""

    seconds = 6.0  # together with one request it holds up the pass for eleven seconds at most
    one_server = False

    def prepare(self, rows: Sequence[Notification], at: datetime) -> None:
        self.targets = self.directory.targets(self.name, {row.user_id for row in rows if row.user_id})
        self.resting = breaker.resting(f"{self.name}:", at)
        self.later: dict[str, Later] = {}

    def target(self, message: Notification) -> Target | None:
        return self.targets.get(message.user_id) if message.user_id else None

    def is_trusted(self, message: Notification) -> bool:
        """The operator wrote the address, not a person."""
        return False

    def deliver(self, message: Notification, body: bytes, headers: Mapping[str, str]) -> Receipt:
        target = self._usable(message)
        try:
            answer = outgoing.post(target.url, body, headers, trusted=self.is_trusted(message))
        except outgoing.NotAllowed as error:
            raise NoSuchAddress(str(error)) from error
        except outgoing.Unreached as error:
            raise Unreachable(str(error)) from error
        if 200 <= answer.status < 300:
            return Receipt(delivered=True)
        raise self._refusal(target.url, answer)

    def _usable(self, message: Notification) -> Target:
        target = self.target(message)
        if target is None:
            raise Refused(_("no address"))
        if target.refused and message.kind != TEST:
            raise Refused(target.refused)
        if later := self.later.get(target.url):
            raise later
        if reason := self.resting.get(self._key(target)):
            raise Unreachable(reason)
        return target

    def _refusal(self, url: str, answer: outgoing.Answer) -> Exception:
        said = " ".join(answer.text.split())
        reason = f"{answer.status} {said}"[:SAID].strip() if said.isprintable() else str(answer.status)
        if 300 <= answer.status < 400:
            return NoSuchAddress(_("it answers with a redirect, which is not followed"))
        if answer.status in GONE:
            return NoSuchAddress(reason)
        if answer.status in LATER or answer.status >= 500:
            if answer.retry_after is None:
                return PutOff(reason)
            self.later[url] = Later(reason, answer.retry_after)
            return self.later[url]
        return Refused(reason)

    # --- rest --------------------------------------------------------------------------------------------------------

    def rest(self, parcel: Parcel, at: datetime, reason: str) -> None:
        if (target := self.target(parcel[0])) and (key := self._key(target)) not in self.resting:
            self.resting[key] = reason
            breaker.trip(key, at, reason)

    def wake(self, parcels: Sequence[Parcel]) -> None:
        breaker.reset([self._key(target) for parcel in parcels if (target := self.target(parcel[0]))])

    def _key(self, target: Target) -> str:
        return f"{self.name}:{urlsplit(target.url).netloc}"[:200]

    # --- to be said --------------------------------------------------------------------------------------------------

    def send(self, parcel: Parcel, words: Mail) -> Receipt:
        raise NotImplementedError
