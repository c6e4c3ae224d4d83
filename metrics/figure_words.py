"""What each number is called and what it counts, in words: which rows, by which instant, in whose time, and what is
shown where there is nothing to count. For `metrics.figures`, and for the page that explains them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

WORDS: dict[str, tuple[Any, Any]] = {
    "active": (_("Open now"), _("Issues that are neither resolved nor closed now, whatever the period.")),
    "ageing": (_("Open now, by age"), _("Open issues by how many days ago, in your time zone, they were reported.")),
    "critical": (
        _("Critical this month"),
        _("P1 issues reported since this month began in the site’s time zone, whatever the period."),
    ),
    "backlog": (
        _("Open at the end"),
        _(
            "Issues reported before the end of the period and not resolved by then. One that was resolved and has "
            "been reopened since counts as never resolved."
        ),
    ),
    "opened": (_("Opened"), _("Issues by the day they were reported.")),
    "opened_done": (
        _("Opened, and done by now"),
        _("Of the issues reported in the period, those resolved or closed now."),
    ),
    "opened_open": (_("Opened, and still open"), _("Of the issues reported in the period, those that are open now.")),
    "reached": (
        _("Carried up the ladder"),
        _("Of the issues reported in the period, those of which a rung of this level or above was ever told."),
    ),
    **{
        f"reached_{level}": (
            label,
            _("Of the issues reported in the period, those of which a rung of this level or above was ever told."),
        )
        for level, label in {
            2: _("Carried up to level 2 or above"),
            3: _("Carried up to level 3 or above"),
            4: _("Carried up to level 4 or above"),
            5: _("Carried up to level 5"),
        }.items()
    },
    "once_resolved": (_("Ever resolved"), _("Of the issues reported in the period, those that were ever resolved.")),
    "once_reopened": (
        _("Ever reopened"),
        _("Of the issues reported in the period, those that were reopened at least once."),
    ),
    "relapsed": (
        _("Came back"),
        _("Of the issues reported in the period, those that another issue is linked to as their relapse."),
    ),
    "answered": (
        _("Answered"),
        _("Issues by the day of their first acknowledgement, wait or resolution, whichever came first."),
    ),
    "resolved": (
        _("Resolved"),
        _("Issues that are resolved or closed now, by the day they were. One that was reopened does not count."),
    ),
    "taken": (_("Taken"), _("Escalations, each a rung that was told, by the day somebody took them.")),
    "response_met": (_("First responses in time"), _("Response clocks that stopped in time, by the day they stopped.")),
    "response_missed": (_("First responses missed"), _("Response clocks that ran out, by the day they did.")),
    "resolution_met": (_("Resolutions in time"), _("Resolution clocks that stopped in time, by the day they stopped.")),
    "resolution_missed": (_("Resolutions missed"), _("Resolution clocks that ran out, by the day they did.")),
    "update_met": (_("Customer updates in time"), _("Update clocks that stopped in time, by the day they stopped.")),
    "update_missed": (_("Customer updates missed"), _("Update clocks that ran out, by the day they did.")),
    "promise_met": (
        _("Promises kept"),
        _("Update clocks that ran for a promised time and stopped in time, by the day they stopped."),
    ),
    "promise_missed": (
        _("Promises broken"),
        _("Update clocks that ran for a promised time and ran out, by the day they did."),
    ),
    "missed": (
        _("Targets missed"),
        _("Response and resolution clocks that ran out, by the day, weekday and hour they did."),
    ),
    "asked": (
        _("Customers of the year"),
        _("Customers with an issue reported in the 365 days before the end of the period."),
    ),
    "kept": (_("Customers who stayed"), _("Of the customers of the year, those who had not left by the end of it.")),
}

# The numbers that follow, by the API's names.
DERIVED: dict[str, tuple[Any, Any]] = {
    "active_escalations": (_("Active Escalations"), WORDS["active"][1]),
    "avg_response_seconds": (
        _("Avg Response Time"),
        _(
            "From the report to the first acknowledgement, wait or resolution, the mean over the issues answered in "
            "the period. Elapsed time on the wall, or in working time the response clock’s own. No data if none was."
        ),
    ),
    "avg_resolution_seconds": (
        _("Avg Resolution Time"),
        _(
            "From the report to the resolution, the mean over the issues resolved in the period that still are. "
            "Elapsed time on the wall, or in working time the resolution clock’s own, without pauses. "
            "No data if none was."
        ),
    ),
    "resolution_rate": (
        _("Resolution Rate"),
        _(
            "Of the issues reported in the period, the share that is resolved or closed now. "
            "No data if none was reported."
        ),
    ),
    "critical_issues_mtd": (_("Critical Issues MTD"), WORDS["critical"][1]),
    "customer_retention": (
        _("Customer Retention"),
        _(
            "Of the customers with an issue reported in the 365 days before the period’s end, the share that had not "
            "left by then. No data if there is no such customer."
        ),
    ),
    "sla_met_response": (
        _("First responses in time"),
        _(
            "Of the response clocks whose verdict fell in the period, the share met. A verdict falls when a clock "
            "stops in time, or when it runs out. No data if none fell."
        ),
    ),
    "sla_met_resolution": (
        _("Resolutions in time"),
        _("Of the resolution clocks whose verdict fell in the period, the share met. No data if none fell."),
    ),
    "sla_met_update": (
        _("Customer updates in time"),
        _("Of the update clocks whose verdict fell in the period, the share met. No data if none fell."),
    ),
    "kept_promises": (
        _("Promises kept"),
        _("Of the updates promised for a time, the share given in time. No data if none was due in the period."),
    ),
    "reopen_rate": (
        _("Reopen rate"),
        _(
            "Of the issues reported in the period that were ever resolved, the share that was reopened at least once. "
            "No data if none was resolved."
        ),
    ),
    "relapse_rate": (
        _("Relapse rate"),
        _(
            "Of the issues reported in the period that were ever resolved, the share that another issue is linked to "
            "as their relapse. No data if none was resolved."
        ),
    ),
    "avg_take_seconds": (
        _("Time to take"),
        _("From telling a rung to its being taken, the mean over those taken in the period. Elapsed time on the wall."),
    ),
    "depth": (
        _("Depth of escalation"),
        _("Of the issues reported in the period, the share of which a rung of the level or above was ever told."),
    ),
    "percentiles": (
        _("Median and 90th percentile"),
        _(
            "By nearest rank over the same issues as the mean. They are read off a scale of steps, and may be up to "
            "2.5 % below the exact value."
        ),
    ),
    "value_at_risk": (
        _("Revenue at risk"),
        _(
            "The yearly value of the customers with an open issue, each customer once, in the currency of most "
            "customers; other currencies are left out."
        ),
    ),
}
