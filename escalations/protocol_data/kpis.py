"""The six figures of the dashboard, in their order (Escalation Protocol, section 2). The keys are the API's names."""

KPIS: list[tuple[str, str, str]] = [
    (
        "active_escalations",
        "Active Escalations",
        "Count: the tickets that are neither resolved nor closed at this moment.",
    ),
    (
        "avg_response_seconds",
        "Avg Response Time",
        "Hours: from the customer’s report to our first response, on average, for tickets answered in the period.",
    ),
    (
        "avg_resolution_seconds",
        "Avg Resolution Time",
        "Hours: from the customer’s report to the resolution, on average, for tickets resolved in the period.",
    ),
    (
        "resolution_rate",
        "Resolution Rate",
        "Percent: of the tickets reported in the period, how many are resolved or closed by now.",
    ),
    (
        "critical_issues_mtd",
        "Critical Issues MTD",
        "Count, month to date: the P1 tickets reported since this month began.",
    ),
    (
        "customer_retention",
        "Customer Retention",
        "Percent: of the customers who reported an issue within the last 365 days, how many are still customers.",
    ),
]
