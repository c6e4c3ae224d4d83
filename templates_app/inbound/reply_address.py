"""The address that replies to our mails go to: desk+esc-1001-c-k3jq…@acme.example.

It names the issue, says whether the mail went to a customer ("c") or to one of us ("i"), and proves both for one
reader: the last part is a keyed digest of issue, side and that reader's own address. It works only for a mail from
there, so that whoever gets it forwarded, or makes one up, writes to nobody's issue. Small letters and digits only:
mail servers change the case. 64 characters are allowed before the "@" (RFC 5321); config/environment.py leaves room.
"""

import re
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT = "templates_app.inbound.reply_address"
BYTES = 10  # 80 bits, sixteen letters
TOKEN = re.compile(r"(?P<about>[a-z]{1,6}-[0-9]{1,15})-(?P<side>[ci])-(?P<proof>[a-z2-7]{16})")
CUSTOMER, INSIDE = "c", "i"


@dataclass(frozen=True)
class ReplyAddress:
    """`about` as the outbox writes it: "ESC-1001"."""

    about: str
    side: str
    proof: str

    def is_of(self, person: str) -> bool:
        """Whether it was made for this address."""
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        made = [_proof(self.about, self.side, person, key) for key in keys]
        return any(constant_time_compare(self.proof, each) for each in made)


def made_for(person: str, *, about: str, customer: bool) -> str:
    """The address that `person` answers to; "" where the desk takes no mail."""
    if not settings.INBOUND_ADDRESS or not about:
        return ""
    local, _at, domain = settings.INBOUND_ADDRESS.rpartition("@")
    side = CUSTOMER if customer else INSIDE
    token = f"{about.lower()}-{side}-{_proof(about, side, person, settings.SECRET_KEY)}"
    return f"{local}+{token}@{domain}" if TOKEN.fullmatch(token) else str(settings.INBOUND_ADDRESS)


def found_in(addresses: Iterable[str]) -> list[ReplyAddress]:
    """Those among the addresses that look like one of ours, each once."""
    local, _at, domain = settings.INBOUND_ADDRESS.lower().rpartition("@")
    found: dict[ReplyAddress, None] = {}
    for address in addresses:
        box, _at, host = address.lower().strip().rpartition("@")
        token = TOKEN.fullmatch(box.removeprefix(f"{local}+"))
        if local and host == domain and token and box.startswith(f"{local}+"):
            found[ReplyAddress(token["about"].upper(), token["side"], token["proof"])] = None
    return list(found)


def _proof(about: str, side: str, person: str, key: str | bytes) -> str:
    value = "\n".join((about.lower(), side, person.strip().lower()))
    return b32encode(salted_hmac(SALT, value, key, algorithm="sha256").digest()[:BYTES]).decode().lower()
