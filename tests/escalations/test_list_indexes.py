"""Lists walk an index in their order. SQLite says so whatever is in its tables; PostgreSQL’s plans depend on that."""

import pytest

from escalations.filters import ORDERINGS
from escalations.models import Ticket
from escalations.views import counts, listing

pytestmark = [pytest.mark.django_db, pytest.mark.only("sqlite")]


@pytest.mark.parametrize("tab", counts.TABS)
def test_each_tab_of_the_queue_walks_its_index(casey, tab):
    plan = listing.by_due(counts.tab(casey, tab)).values("pk")[:50].explain()
    assert "USING INDEX ticket_" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("ordering", sorted(set(ORDERINGS) - {"customer", "-customer"}))
def test_each_order_of_the_list_walks_its_index(casey, ordering):
    plan = Ticket.objects.order_by(*ORDERINGS[ordering]).values("pk")[:50].explain()
    assert "TEMP B-TREE" not in plan
