"""What a text is about, as a handful of ideas: by listed phrases and simple stems, so that it can be explained.

Pure: text in, ideas out. The triage compares a new issue with the protocol's examples by it, and with open issues.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

LONGEST = 4000  # characters that are looked at

# idea: (what it weighs, the phrases that say it). An idea of weight 2 is a sign by itself; one of weight 1 names a
# subject or a trouble, and means something only together with another. Tried in this order, each on what is left.
IDEAS: dict[str, tuple[int, str]] = {
    "question": (2, (r"questions?|how (?:do|can|to|does|should)\b|is it possible|is there a way|can (?:i|we|you)\b|"
                    r"how (?:something|it) works|whether it can")),
    "500": (2, r"50[0-4](?: errors?)?|internal server error|bad gateway|http 5\d\d"),
    "security": (2, (r"security|breach\w*|hack\w*|unauthori[sz]ed|vulnerab\w*|compromised|leak(?:s|ed|ing)?|phish\w*|"
                    r"ransom\w*")),
    "privacy": (2, r"gdpr|dsgvo|privacy|personal data|wrong hands|other customer.?s? data"),
    "data loss": (2, r"data.?loss|loss of data"),
    "threat": (1, r"threat\w*|ultimatum|lawyers?|legal action|sue\b|suing|wants? to (?=cancel|leave)"),
    "leaving": (1, r"cancel\w*|churn\w*|terminat\w*|leave us|leaving us|to leave|competitors?|end the contract"),
    "leadership": (1, r"leadership|executives?|ceo|cto|cfo|coo|cio|board|directors?|vp|management|president"),
    "renewal": (1, r"renew\w*"),
    "doubt": (1, r"doubts?|at risk|in danger|uncertain|reconsider\w*"),
    "unhappy": (2, r"unhappy|dissatisf\w*|angry|furious|frustrat\w*|upset|disappoint\w*|complain\w*"),
    "nps": (2, r"nps|detractors?|poor score|bad rating"),
    "slow": (2, (r"slow\w*|perform\w*|laggy|lags?|latency|takes? (?:\w+ ){0,4}(?:long|longer|forever|minutes)|"
                r"time ?outs?|timing out")),
    "cosmetic": (2, (r"typos?|typing errors?|spelling|cosmetic|blemish\w*|misalign\w*|alignment|aligned|colou?rs?|"
                    r"fonts?|icons?|wording")),
    "documentation": (2, r"documentation|docs|manuals?|handbook|user guide"),
    "idea": (2, (r"feature requests?|enhance\w*|customi[sz]ation|idea|ideas|wish\w*|suggest\w*|nice.to.have|"
                r"would be (?:nice|great|good)")),
    "feedback": (2, r"feedback|recommend\w*|praise"),
    "outage": (2, r"outages?|down|offline|unavailable|unreachable|(?:is|are) out\b|black.?out|dead"),
    "sign-in": (1, (r"(?:sign|log)(?:s|ged|ging|ing|ed)?[ -]?(?:in|on)\b|log[io]ns?|signin|password|sso|2fa|"
                   r"authenticat\w*")),
    "payment": (1, r"pay\w*|checkouts?|check out|billing|credit cards?|tills?|transactions?"),
    "everybody": (1, (r"nobody|no one|no.?body|everyone|everybody|everything|every|all|whole|entire|complete(?:ly)?|"
                     r"any ?one")),
    "several": (1, r"several|multiple|many|some users|dozens?|half of"),
    "trouble": (1, (r"can ?not|can.?t|could not|couldn.?t|do(?:es)? not|doesn.?t|don.?t|won.?t|unable|fail\w*|broken|"
                   r"breaks?|stopped working|stop(?:s|ped)?|errors?|crash\w*|faults?|bugs?|stall\w*|stuck|hangs?|"
                   r"blocked|not working|wrong")),
    "lost": (1, r"lost|missing|gone|vanish\w*|disappear\w*|deleted|wiped|corrupt\w*|overwritten|empty"),
    "records": (1, r"records?|data|datab\w*|invoices?|contacts|orders|entries|files|history|backups?"),
    "little": (1, r"a little|slightly|minor|small"),
    "service": (1, r"platform|services?|site|website|systems?|app|apps|application|servers?|pages?"),
}  # fmt: skip
PATTERNS = {idea: re.compile(rf"\b(?:{phrases})(?!\w)") for idea, (_weight, phrases) in IDEAS.items()}
# Who says one thing says the other, too.
IMPLIES = {"outage": ("trouble",), "500": ("trouble",), "data loss": ("lost", "records")}

EMPTY = """
    a about again also an and any are as at be become been but by can customer customers for from gets had has have
    he her his how i if in into is it its kind may me my new not of on one or our out over own people please
    put she since so such than that the their them then there these they this those though to today too up us user
    users using very was way we were what when where which while who will with within work works would you your
    yesterday now just still after before issue problem problems hello hi thanks dear"""
STOP = frozenset(EMPTY.split())
ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "ly")


def ideas_of(text: str, *, words: bool = True) -> dict[str, str]:
    """Each idea of the text with the words that say it; with `words` also plain words, by their stems."""
    rest = normal(text)
    found: dict[str, str] = {}
    for idea, pattern in PATTERNS.items():
        if match := pattern.search(rest):
            found[idea] = match[0].strip()
            rest = pattern.sub(" ", rest)
    for idea, implied in IMPLIES.items():
        if idea in found:
            found = dict.fromkeys(implied, found[idea]) | found
    if words:
        found |= {stem(word): word for word in re.findall(r"[^\W_]{3,}", rest) if word not in STOP}
    return found


@lru_cache(maxsize=1024)
def ideas_of_example(text: str) -> Mapping[str, str]:
    """The same for what stands in the protocol, which is asked again and again."""
    return MappingProxyType(ideas_of(text))


def normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:LONGEST]).casefold().replace("’", "'")


def stem(word: str) -> str:
    """ "reports", "reporting" and "reported" are one word."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word.removesuffix("e") if len(word) > 4 else word


def weight(idea: str) -> float:
    return IDEAS[idea][0] if idea in IDEAS else 1


def likeness(text: Mapping[str, str], example: Mapping[str, str]) -> float:
    """How much the text says of what the example says: the weights of what they share, less a little for what the
    text does not say."""
    shared = text.keys() & example.keys()
    if not shared:
        return 0
    return sum(map(weight, shared)) - min(0.25 * len(example.keys() - shared), 0.5)
