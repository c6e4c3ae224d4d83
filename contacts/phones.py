"""What a phone number looks like, wherever somebody writes one."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

PHONE = RegexValidator(r"^\+?[0-9 ()/.x–-]{3,}$", _("A phone number has digits, and may have + ( ) / - and spaces."))
