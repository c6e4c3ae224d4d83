from .customers import Customer, CustomerContact
from .history import CustomerNote, HealthRecord
from .matrix import Absence, Contact
from .people import Team, User
from .tokens import ApiToken, IdempotencyKey

__all__ = [
    "Absence",
    "ApiToken",
    "Contact",
    "Customer",
    "CustomerContact",
    "CustomerNote",
    "HealthRecord",
    "IdempotencyKey",
    "Team",
    "User",
]
