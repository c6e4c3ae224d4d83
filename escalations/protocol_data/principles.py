"""The seven principles (Escalation Protocol, section 8)."""

PRINCIPLES: list[tuple[str, str, str]] = [
    (
        "speed-and-transparency",
        "Speed & Transparency",
        "Answer fast and write often. A message too many does no harm; silence does.",
    ),
    (
        "empathy-and-ownership",
        "Empathy & Ownership",
        "Put yourself in the customer’s place and make the problem yours, whoever caused it.",
    ),
    (
        "realistic-expectations",
        "Set Realistic Expectations",
        "Name a time that you believe in. Promise a little less than you hope for, then do better.",
    ),
    (
        "document-everything",
        "Document Everything",
        "Keep a note of every talk with the customer and of every discussion among ourselves.",
    ),
    (
        "escalate-early",
        "Escalate Early",
        "If you are in two minds, bring in your manager now. Nobody is blamed for calling too soon.",
    ),
    (
        "follow-through",
        "Follow Through",
        "Once it is solved, call the customer and ask how things are going.",
    ),
    (
        "learn-and-improve",
        "Learn & Improve",
        (
            "Hold a post-mortem for each P1 and P2, take steps so that it does not happen again, and put what you "
            "learned into the way we work."
        ),
    ),
]
