"""The editor of a draft of the protocol: a form for each part of it. A field is named by its path in the content."""

from .base import PartForm
from .calendars import CalendarsForm
from .checklist import ChecklistForm
from .severities import SeveritiesForm
from .texts import FlowForm, MetricsForm, OverviewForm, PrinciplesForm

# By the last word of the address, in the document's order.
PARTS: dict[str, type[PartForm]] = {
    "overview": OverviewForm,
    "metrics": MetricsForm,
    "severities": SeveritiesForm,
    "calendars": CalendarsForm,
    "flow": FlowForm,
    "checklist": ChecklistForm,
    "principles": PrinciplesForm,
}

__all__ = ["PARTS", "PartForm"]
