"""What those who brought a mail found out about it: whether it comes from whom it says (SPF, DKIM, DMARC), and spam."""

import re

from django.utils.translation import gettext as _

from templates_app.inbound.reading import Letter

RESULT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
FAILED = {"fail", "softfail", "hardfail", "permerror"}
# Headers that say nothing but the verdict.
SINGLE = {"received-spf": "spf", "x-mailgun-spf": "spf", "x-mailgun-dkim-check-result": "dkim"}


def why_untrusted(letter: Letter) -> str:
    """In words; "" where nothing speaks against it, which is not the same as a proof."""
    if letter.header("x-spam-flag").lower() == "yes" or letter.header("x-spam-status").lower().startswith("yes"):
        return _("The mail server takes it for spam.")
    found = _results(letter)
    if "fail" in found.get("dmarc", set()):
        return _("It does not come from where it says (DMARC failed).")
    alone = found.get("spf", set()) | found.get("dkim", set())
    # A mail that was forwarded fails one of them: then the other has to hold.
    if alone & FAILED and "pass" not in alone and "pass" not in found.get("dmarc", set()):
        return _("It may not come from where it says (SPF or DKIM failed).")
    return ""


def _results(letter: Letter) -> dict[str, set[str]]:
    """{"spf": {"pass"}}. Headers are added on top: only those of the last server count, as others may be made up."""
    found: dict[str, set[str]] = {}
    values = letter.headers("authentication-results")
    ours = values[0].partition(";")[0].strip().lower() if values else ""
    for value in values:
        if value.partition(";")[0].strip().lower() == ours:
            for method, result in RESULT.findall(value.partition(";")[2]):
                found.setdefault(method.lower(), set()).add(result.lower())
    for name, method in SINGLE.items():
        if value := letter.header(name):
            found.setdefault(method, set()).add(value.split()[0].lower())
    return found
