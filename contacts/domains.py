"""Which mail domains are a customer's own: "acme.example", in small letters, as DNS writes it."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST = 30  # a customer
DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
# Anybody may have an address there: it says nothing about whose customer somebody is.
FREEMAIL = frozenset(
    """
    gmail.com googlemail.com outlook.com outlook.de hotmail.com hotmail.de hotmail.co.uk hotmail.fr live.com live.de
    msn.com yahoo.com yahoo.de yahoo.co.uk yahoo.fr yahoo.it yahoo.es yahoo.co.jp yahoo.co.in ymail.com rocketmail.com
    icloud.com me.com mac.com aol.com aol.de gmx.de gmx.net gmx.com gmx.at gmx.ch web.de freenet.de t-online.de
    arcor.de posteo.de posteo.net mailbox.org proton.me protonmail.com pm.me tutanota.com tutanota.de tuta.io tuta.com
    mail.com email.com zoho.com fastmail.com fastmail.fm hey.com yandex.com yandex.ru mail.ru bk.ru inbox.ru list.ru
    rambler.ru qq.com 163.com 126.com sina.com naver.com daum.net hanmail.net orange.fr free.fr laposte.net sfr.fr
    wanadoo.fr libero.it virgilio.it tiscali.it alice.it bluewin.ch sunrise.ch hispeed.ch btinternet.com sky.com
    virginmedia.com talktalk.net comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net
    seznam.cz centrum.cz wp.pl o2.pl interia.pl onet.pl abv.bg ukr.net rediffmail.com uol.com.br bol.com.br terra.com.br
    telenet.be skynet.be ziggo.nl kpnmail.nl home.nl planet.nl online.no telia.com bredband.net mailinator.com
    """.split()  # noqa: SIM905  a list would be three pages
)


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def tidied(text: str) -> list[str]:
    """From what people type: separated by blanks, commas or lines, with or without "@" or "*." before them."""
    words = re.split(r"[\s,;]+", text.lower())
    return list(
        dict.fromkeys(word for each in words if (word := each.removeprefix("*.").rpartition("@")[2].strip(".")))
    )


def check(domains: object) -> None:
    """Raises ValidationError for what is no domain, is everybody's, or is too many."""
    if not isinstance(domains, list) or not all(isinstance(each, str) for each in domains):
        raise ValidationError(_("Give a list of domains, such as acme.example."))
    if len(domains) > MOST:
        raise ValidationError(_("%(n)s domains are enough.") % {"n": MOST})
    _each(domains)


def _each(domains: Iterable[str]) -> None:
    for each in domains:
        if not DOMAIN.fullmatch(each):
            raise ValidationError(
                _("“%(domain)s” is no mail domain: write it as acme.example.") % {"domain": each[:80]}
            )
        if each in FREEMAIL:
            raise ValidationError(
                _("Anybody can have an address at %(domain)s. Add the people there as contacts instead.")
                % {"domain": each}
            )
