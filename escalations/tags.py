"""Tags: short words that issues have in common."""

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext as _

from escalations.errors import Invalid
from templates_app import plain

LONGEST = 40  # characters
MOST = 20  # a ticket
LOOKED_AT = 500  # the latest tagged tickets, for suggestions


def key(tag: str) -> str:
    """What makes two tags one."""
    return plain.one_line(tag).casefold()


def normalised(given: Iterable[str]) -> list[str]:
    """Without blanks around, each once, in the order given. Raises Invalid(tags=…) for one too long or too many."""
    once: dict[str, str] = {}
    for tag in given:
        text = plain.one_line(tag)
        if len(text) > LONGEST:
            raise Invalid(
                tags=_("“%(tag)s …” is too long: a tag has at most %(most)s characters.")
                % {"tag": text[:20], "most": LONGEST}
            )
        if text:
            once.setdefault(text.casefold(), text)
    if len(once) > MOST:
        raise Invalid(tags=_("At most %(most)s tags, please.") % {"most": MOST})
    return list(once.values())


def used_lately(limit: int = 30) -> list[str]:
    """The most used tags among the latest tagged issues, for suggestions: one bounded query."""
    from escalations.models import Ticket

    rows = Ticket.objects.exclude(tags=[]).order_by("-pk").values_list("tags", flat=True)[:LOOKED_AT]
    counts = Counter(tag for tags in rows for tag in tags)
    return [tag for tag, _count in counts.most_common(limit)]
