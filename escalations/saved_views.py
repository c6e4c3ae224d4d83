"""Lists under a name: the queue or the list of all escalations with certain filters, for oneself or for everybody.

What is stored is one of our own two paths and filters that its page knows, so that a saved view leads nowhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, Q, QuerySet, When
from django.http import Http404, QueryDict
from django.utils.translation import gettext_lazy as _

from contacts.models.people import Role
from escalations.errors import Invalid
from escalations.filters import FILTERS
from escalations.models import SavedView
from templates_app import plain

LONGEST_QUERY = 600  # characters
MOST = 50  # a person
IN_THE_SIDEBAR = 12
TAKEN = _("You keep a view of this name already.")


@dataclass(frozen=True)
class Entry:
    """A saved view as the sidebar shows it."""

    name: str
    path: str
    current: bool


def visible_to(user: Any) -> QuerySet[SavedView]:
    """One's own first, then what others share."""
    mine_first = Case(When(owner=user.pk, then=0), default=1)
    return SavedView.objects.filter(Q(owner=user.pk) | Q(shared=True)).order_by(mine_first, "name", "pk")


def shown_to(user: Any) -> QuerySet[SavedView]:
    """Those in the sidebar."""
    return visible_to(user)[:IN_THE_SIDEBAR]


def entries(views: Iterable[dict[str, str]], path: str, query: QueryDict) -> list[Entry]:
    """For the sidebar of the page at `path` with `query`; `views` are the columns of those `shown_to` the reader."""
    here = FILTERS[path].tidy(query) if path in FILTERS else None
    shown = [SavedView(**view) for view in views]
    return [Entry(view.name, view.address, view.path == path and view.query == here) for view in shown]


def own_or_404(user: Any, key: int) -> SavedView:
    """A view that this person keeps, and may change."""
    view = visible_to(user).filter(pk=key).first()
    if view is None or view.owner_id != user.pk:
        raise Http404(_("There is no such view of yours."))
    return view


def deletable_or_404(user: Any, key: int) -> SavedView:
    view = visible_to(user).filter(pk=key).first()
    if view is None or not may_delete(user, view):
        raise Http404(_("There is no such view that you could delete."))
    return view


def may_delete(user: Any, view: SavedView) -> bool:
    """Whoever keeps it; and managers, what everybody sees."""
    return view.owner_id == user.pk or (view.shared and user.role in (Role.MANAGER, Role.ADMIN))


def save(*, owner: Any, name: str, path: str, query: str, shared: bool, at: datetime) -> SavedView:
    """Keep a list. Raises Invalid for a name that is blank or taken, a list that is none of ours, or one too many."""
    if path not in FILTERS:
        raise Invalid(path=str(_("Only the queue and the list of all escalations can be saved.")))
    tidied = FILTERS[path].tidy(QueryDict(query[: 4 * LONGEST_QUERY]))
    if len(tidied) > LONGEST_QUERY:
        raise Invalid(path=str(_("These filters are too long to be saved. Shorten what you search for.")))
    if owner.saved_views.count() >= MOST:
        raise Invalid(name=str(_("You keep %(most)s views already. Delete one first.") % {"most": MOST}))
    view = SavedView(owner=owner, name=_name(name, owner.saved_views.all()), path=path, query=tidied, created_at=at)
    return _share(view, shared, by=owner)


def change(view: SavedView, *, name: str, shared: bool, by: Any) -> SavedView:
    """Another name, or other readers, for one's own view. Raises Invalid as `save` does."""
    view.name = _name(name, by.saved_views.exclude(pk=view.pk))
    return _share(view, shared, by=by)


def _share(view: SavedView, shared: bool, *, by: Any) -> SavedView:
    if shared and not by.may_work:
        raise Invalid(shared=str(_("You can keep views for yourself, but not share them.")))
    view.shared = shared
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:  # saved twice at the same moment
        raise Invalid(name=str(TAKEN)) from error
    return view


def _name(given: str, others: Iterable[SavedView]) -> str:
    name = plain.one_line(given)
    if plain.is_blank(name):
        raise Invalid(name=str(_("Give the view a name.")))
    if any(name.casefold() == other.name.casefold() for other in others):
        raise Invalid(name=str(TAKEN))
    return name
