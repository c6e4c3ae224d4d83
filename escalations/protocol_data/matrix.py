"""The rungs of the contact matrix (Escalation Protocol, section 5). Who stands on them, each desk enters itself."""

from typing import Any

MATRIX: list[dict[str, Any]] = [
    {"level": "1", "title": "Customer Success Manager"},
    {"level": "2", "title": "CS Team Lead / Manager"},
    {"level": "3", "title": "VP of Customer Success"},
    {"level": "4", "title": "Chief Customer Officer (CCO)"},
    {"level": "5", "title": "CEO / Executive Leadership"},
    {"level": "technical", "title": "Engineering Lead / CTO"},
    {"level": "product", "title": "Product Manager / CPO"},
]
