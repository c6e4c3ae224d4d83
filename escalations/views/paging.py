"""Pages of long lists of tickets: counted no further than anybody turns them, and found by their keys first."""

from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator

from escalations.models import Ticket
from escalations.models.ticket import TicketQuerySet
from escalations.views.counts import MANY, Some


class TicketPages(Paginator):
    """Finds the keys of a page along an index, in a query within the one that fetches what its rows show.

    With joins and keys on one level, databases sort every ticket there is to show fifty.
    """

    def __init__(self, tickets: TicketQuerySet, per_page: int, *, total: int | None = None) -> None:
        super().__init__(tickets, per_page)
        self.tickets = tickets
        if total is not None:
            self.count = total

    @cached_property
    def count(self) -> int:
        return self.tickets.order_by()[:MANY].count()

    @property
    def is_cut(self) -> bool:
        """There are more than were counted; filters lead to them."""
        return self.count >= MANY

    def get_page(self, number: Any) -> Page:
        """The first page, which is asked for most, brings the count along."""
        if "count" in self.__dict__ or str(number or 1) != "1":
            return super().get_page(number)
        first = self._rows(self.tickets[: self.per_page])
        rows = list(first.annotate(found_in_all=Some(self.tickets)))
        self.count = rows[0].found_in_all if rows else 0
        return super()._get_page(rows, 1, self)  # type: ignore[misc]

    def _get_page(self, object_list: Any, *args: Any, **kwargs: Any) -> Any:
        return super()._get_page(list(self._rows(object_list)), *args, **kwargs)  # type: ignore[misc]

    def _rows(self, tickets: Any) -> Any:
        rows = Ticket.objects.for_rows().filter(pk__in=tickets.values("pk"))
        return rows.order_by(*tickets.query.order_by)
