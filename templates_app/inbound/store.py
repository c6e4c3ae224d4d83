"""Every mail is kept before anything is made of it: the door answers, and only then is it filed."""

import hashlib
from contextlib import suppress
from datetime import datetime

from django.db import IntegrityError, transaction

from templates_app import plain
from templates_app.inbound.reading import LARGEST, LONGEST_HEAD, Letter, read
from templates_app.models import InboundMail

LONGEST_SHOWN = 20_000  # characters of its text that stay with the row


def receive(raw: bytes, *, at: datetime, to: str = "") -> tuple[InboundMail, bool]:
    """The row of this mail, and whether it is new. `to` is the envelope's recipient, which the mail need not name.

    The same Message-ID from the same sender is the same mail. Raises only what the database raises.
    """
    letter = read(raw)
    row = InboundMail(
        message_id=letter.message_id,
        from_name=plain.shorten(letter.sender_name, 200),
        from_address=letter.sender[:254],
        to_address=(plain.one_line(to).lower() or next(iter(letter.to), ""))[:254],
        subject=plain.shorten(letter.subject, 300),
        text=letter.words[:LONGEST_SHOWN],
        raw=raw[:LONGEST_HEAD] if len(raw) > LARGEST else raw,
        state=InboundMail.State.RECEIVED,
        at=at,
    )
    for _try in range(2):
        if (known := _known(row)) is not None:
            return known, False
        with suppress(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
            return row, True
        # Another mail of this name came through another door in this very moment: the same one, or somebody else's.
    if (known := _known(row)) is None:
        raise IntegrityError(f"the mail {row.message_id} is neither there nor can it be kept")
    return known, False


def letter_of(mail: InboundMail) -> Letter:
    """The mail read again. Of one too large to be kept only its head is there, and it stays too large."""
    raw = bytes(mail.raw or b"")
    letter = read(raw)
    if mail.to_address and mail.to_address not in letter.to:
        letter.to.insert(0, mail.to_address)
    return letter


def _known(row: InboundMail) -> InboundMail | None:
    """Somebody else's mail of the same name is another mail: nobody can keep one out by sending its name before."""
    known = InboundMail.objects.filter(message_id=row.message_id).first()
    if known is None or known.from_address == row.from_address:
        return known
    row.message_id = f"{row.message_id[:150]}#{hashlib.sha256(row.from_address.encode()).hexdigest()[:32]}"
    return InboundMail.objects.filter(message_id=row.message_id).first()
