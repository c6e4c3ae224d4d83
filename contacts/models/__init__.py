from .customers import Customer, CustomerContact
from .matrix import Absence, Contact
from .people import Team, User
from .tokens import ApiToken, IdempotencyKey

__all__ = ["Absence", "ApiToken", "Contact", "Customer", "CustomerContact", "IdempotencyKey", "Team", "User"]
