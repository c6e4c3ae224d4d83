from .changes import DeskChange
from .channels import ChannelAddress
from .customers import Customer, CustomerContact
from .history import CustomerChange, CustomerNote, HealthRecord
from .matrix import Absence, Contact, Rotation, Tenure
from .people import Team, User
from .site import SiteSettings
from .tokens import ApiToken, IdempotencyKey, Scope

__all__ = [
    "Absence",
    "ApiToken",
    "ChannelAddress",
    "Contact",
    "Customer",
    "CustomerChange",
    "CustomerContact",
    "CustomerNote",
    "DeskChange",
    "HealthRecord",
    "IdempotencyKey",
    "Rotation",
    "Scope",
    "SiteSettings",
    "Team",
    "Tenure",
    "User",
]
