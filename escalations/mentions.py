"""Who is called on in a note: `@username` of somebody who may sign in."""

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from config.templatetags.markdown import mentions
from contacts.models import User
from escalations.errors import Invalid

MOST = 20


def people_in(text: str) -> list[User]:
    """The active users that `text` mentions; names that nobody has are only text. Raises Invalid for a crowd."""
    names = list(dict.fromkeys(name.lower() for name in mentions(text)))
    if not names:
        return []
    found = User.objects.filter(is_active=True).annotate(lower=Lower("username")).filter(lower__in=names[: 5 * MOST])
    people: list[User] = list(found.order_by("pk")[: MOST + 1])
    if len(people) > MOST:
        raise Invalid(text=_("Mention at most %(most)s people in one note.") % {"most": MOST})
    return people
