"""The six steps of an escalation (Escalation Protocol, section 4)."""

STEPS: list[tuple[str, str, str]] = [
    (
        "triage",
        "Issue Identification & Triage",
        (
            "Whoever meets the issue first, a CSM or a support agent, decides how grave it is, from P1 to P4, and logs "
            "a ticket that holds every detail somebody else would need to go on with it."
        ),
    ),
    (
        "acknowledgment",
        "Immediate Acknowledgment",
        (
            "The customer gets an answer before the response clock runs out. It names the ticket number, says when "
            "they will hear from us again, and who is their point of contact."
        ),
    ),
    (
        "internal-escalation",
        "Internal Escalation (if needed)",
        (
            "A P1 or P2 goes up the line without delay: Team Lead, Manager, VP and, as far as it takes, the C-level. "
            "Bring together a response team from all the departments that can help."
        ),
    ),
    (
        "investigation",
        "Root Cause Investigation",
        (
            "The technical team looks for the cause. Meanwhile the customer is kept informed: every hour for a P1, "
            "every day for a P2, and for a P3 or P4 whenever there is something to say."
        ),
    ),
    (
        "resolution",
        "Resolution & Validation",
        (
            "Make the fix, deploy it, and try it out together with the customer. The ticket stays open until both "
            "sides are sure that nothing of the issue is left."
        ),
    ),
    (
        "review",
        "Post-Escalation Review",
        (
            "Look back on it with the customer and with our own team. Write down what we learned and what will prevent "
            "it next time, and keep an eye on the health of the account."
        ),
    ),
]
