"""Pages of long lists of tickets: counted no further than anybody turns them, and found by their keys first."""

from functools import cached_property
from typing import Any

from django.core.paginator import Paginator

from escalations.models import Ticket
from escalations.models.ticket import TicketQuerySet

MOST = 2000


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
        return self.tickets.order_by()[:MOST].count()

    @property
    def is_cut(self) -> bool:
        """There are more than were counted; filters lead to them."""
        return self.count >= MOST

    def _get_page(self, object_list: Any, *args: Any, **kwargs: Any) -> Any:
        rows = Ticket.objects.for_rows().filter(pk__in=object_list.values("pk"))
        return super()._get_page(list(rows.order_by(*object_list.query.order_by)), *args, **kwargs)  # type: ignore[misc]
