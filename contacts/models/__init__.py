from .customers import Customer, CustomerContact
from .history import CustomerChange, CustomerNote, HealthRecord
from .matrix import Absence, Contact
from .people import Team, User
from .tokens import ApiToken, IdempotencyKey

__all__ = [
    "Absence",
    "ApiToken",
    "Contact",
    "Customer",
    "CustomerChange",
    "CustomerContact",
    "CustomerNote",
    "HealthRecord",
    "IdempotencyKey",
    "Team",
    "User",
]
