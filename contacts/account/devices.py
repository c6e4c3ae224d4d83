"""What a browser says of itself, in two words: "Firefox on Linux". A guess, good enough to know one's own devices."""

from django.utils.translation import gettext as _

# The first that is found counts: browsers also name those that they want to be taken for.
BROWSERS = [("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome")]
BROWSERS += [("Chrome", "Chrome"), ("Safari", "Safari"), ("curl", "curl"), ("python", "Python")]
SYSTEMS = [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")]
SYSTEMS += [("CrOS", "ChromeOS"), ("Mac OS", "macOS"), ("Linux", "Linux")]


def device(user_agent: str) -> str:
    browser, system = (_first(names, user_agent) for names in (BROWSERS, SYSTEMS))
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


def _first(names: list[tuple[str, str]], text: str) -> str:
    return next((name for sign, name in names if sign in text), "")
