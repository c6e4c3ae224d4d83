"""Mail that nobody wrote: answers of machines, and our own coming back. Answering it, or filing it, makes loops."""

from django.conf import settings
from django.utils.translation import gettext as _

from templates_app.inbound.reading import Letter
from templates_app.models import Notification
from templates_app.post import domain, list_id

ROUNDS = 3  # so often may one mail have been delivered to ourselves
BULK = ("bulk", "junk", "auto_reply")


def is_report(letter: Letter) -> bool:
    """What a mail server says of a mail that it could not deliver (RFC 3464)."""
    return "message/delivery-status" in letter.kinds


def why_ignored(letter: Letter) -> str:
    """In words, for whoever asks where a mail went; "" for one that a person wrote."""
    if is_report(letter):
        return _("A mail server’s report about a mail of ours.")
    if "message/disposition-notification" in letter.kinds:
        return _("A receipt: the mail was displayed.")
    if "method=reply" in letter.kinds:
        return _("An answer to an invitation, sent by a calendar.")
    return _from_us(letter) or _from_a_machine(letter)


def _from_a_machine(letter: Letter) -> str:
    submitted = letter.header("auto-submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return _("An automatic answer (Auto-Submitted: %(value)s).") % {"value": submitted[:40]}
    precedence = letter.header("precedence").strip().lower()
    if precedence in BULK:
        return _("An automatic answer or a bulk mail (Precedence: %(value)s).") % {"value": precedence}
    for name in ("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond"):
        if letter.header(name) and letter.header(name).lower() != "no":
            return _("An automatic answer (%(header)s).") % {"header": name}
    if letter.head.get("return-path") and letter.header("return-path").strip() in ("<>", ""):
        return _("A mail that nobody can answer: its return path is empty.")
    return ""


def _from_us(letter: Letter) -> str:
    """Our own domain alone says nothing: our people write from it."""
    own = {settings.INBOUND_ADDRESS.lower(), settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip(" >").lower()}
    local, _at, host = letter.sender.rpartition("@")
    if letter.sender and (letter.sender in own or f"{local.partition('+')[0]}@{host}" in own):
        return _("It comes from the desk’s own address.")
    if any(list_id() in value for value in letter.headers("list-id")):
        return _("It is a mail of ours that came back.")
    name, _at, host = letter.message_id.rpartition("@")
    if host.lower() == domain().lower() and Notification.objects.filter(idem=name).exists():
        return _("It is a mail of ours that came back.")
    rounds = sum(settings.INBOUND_ADDRESS.lower() in value.lower() for value in letter.headers("delivered-to"))
    if settings.INBOUND_ADDRESS and rounds > ROUNDS:
        return _("It goes round in circles: it was delivered here %(n)s times already.") % {"n": rounds}
    return ""
