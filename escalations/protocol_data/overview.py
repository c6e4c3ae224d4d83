"""What the document says of itself (Escalation Protocol, section 1), and the room for a desk's own rules (section 9).

Version and dates are blank until somebody fills them in.
"""

OVERVIEW: list[tuple[str, str, str]] = [
    ("document-version", "Document Version", ""),
    ("last-updated", "Last Updated", ""),
    ("department", "Department", "Customer Success"),
    ("effective-date", "Effective Date", ""),
    (
        "critical-notice",
        "Critical notice",
        (
            "This is how we treat a customer’s issue that cannot wait, or that needs our leadership to act. Everybody "
            "on the team has to know it, and has to answer within the times it sets: a customer who is left alone with "
            "a problem may leave, and with them goes what both sides have built."
        ),
    ),
]

NOTES: list[tuple[str, str, str]] = [
    ("additional-notes", "Additional notes & customisations", ""),
]
