"""The four severities (Escalation Protocol, section 3) with their targets, and who hears of them (sections 4, 7).

`calendar` and `response_calendar` name a calendar; None is round the clock.
"""

from typing import Any

from .calendars import BUSINESS_HOURS

SEVERITIES: list[dict[str, Any]] = [
    {
        "code": "P1",
        "name": "Critical",
        "definition": (
            "The service is down, or something the customer cannot work without is gone. Many people, or a whole "
            "organisation, have had to stop, and the damage to their business grows while it lasts."
        ),
        "examples": [
            "The whole platform is out: nobody can sign in, or every page answers with a 500 error",
            "Customer records are lost or corrupted",
            "A security breach, or personal data in the wrong hands",
            "Payments do not go through",
            "The customer’s leadership has stepped in and threatens to cancel",
        ],
        "response_target": "15m",
        "resolution_target": "4h",
        "update_every": "1h",
        "calendar": None,
        "response_calendar": None,
        "at_risk_percent": 75,
        "step": "15m",
        "notify_on_open": [1, 2, 3, "technical"],
        "post_mortem": "required",
        "aftercare_days": 30,
    },
    {
        "code": "P2",
        "name": "High",
        "definition": (
            "A major part of the product works badly. It costs the customer’s business a good deal, but there is a "
            "way round it."
        ),
        "examples": [
            "A core feature has stopped working, such as reports, dashboards or an integration",
            "Everything takes five times as long as usual, or longer",
            "Several people cannot finish the work they depend on",
            "A renewal is in doubt because problems have stayed open",
            "A poor NPS score that names what is wrong",
        ],
        "response_target": "1h",
        "resolution_target": "24h",
        "update_every": "24h",
        "calendar": None,
        "response_calendar": None,
        "at_risk_percent": 75,
        "step": "1h",
        "notify_on_open": [1, 2, "technical"],
        "post_mortem": "required",
        "aftercare_days": 14,
    },
    {
        "code": "P3",
        "name": "Medium",
        "definition": (
            "Part of a feature is affected. The customer notices, loses some time, and can live with the workaround "
            "until it is put right."
        ),
        "examples": [
            "A fault or an inconsistency in a feature that is not critical",
            "Something in the interface that gets in the way of using it",
            "Pages or jobs that have become a little slower",
            "A customer who is unhappy and deserves attention",
            "A wish for an enhancement or a customisation",
        ],
        "response_target": "4h",
        "resolution_target": "5bd",
        "update_every": "",
        "calendar": BUSINESS_HOURS,
        "response_calendar": BUSINESS_HOURS,
        "at_risk_percent": 75,
        "step": "4h",
        "notify_on_open": [1],
        "post_mortem": "if_needed",
        "aftercare_days": 7,
    },
    {
        "code": "P4",
        "name": "Low",
        "definition": "A small matter that slows hardly anybody down: how a thing looks, or a pleasant extra.",
        "examples": [
            "A blemish: alignment, colours, a typing error",
            "A question about how something works, or whether it can be done",
            "A request for documentation",
            "An idea for a feature that nobody is waiting for",
            "Feedback or a recommendation of a general kind",
        ],
        "response_target": "1bd",
        "resolution_target": "10bd",
        "update_every": "",
        "calendar": BUSINESS_HOURS,
        "response_calendar": BUSINESS_HOURS,
        "at_risk_percent": 75,
        "step": "1bd",
        "notify_on_open": [1],
        "post_mortem": "no",
        "aftercare_days": 0,
    },
]
