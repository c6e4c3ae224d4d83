"""Who is put on the response team, and who is invited to a call."""

import re
from datetime import datetime
from email.utils import getaddresses
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.matrix import Matrix, Recipient
from contacts.models import User
from contacts.models.matrix import Level
from escalations import customer_mail
from escalations.verbs.calls import LONGEST_CALL, SHORTEST
from escalations.verbs.team import ROLES, Newcomer

from .fields import Area, MomentField, people
from .verb import LETS_IN, VerbForm

LISTED = 200  # people offered to tick; others are named by their e-mail
USUAL_ROLE = _("Responder")


class Picker(forms.CheckboxSelectMultiple):
    """Boxes to tick, in a frame of their own that scrolls when there are many."""

    def __init__(self) -> None:
        super().__init__({"class": "picks"})


class AddRespondersForm(VerbForm):
    """`people` are keys: "m.technical" of the matrix, "u.7" of the desk."""

    verb, title, icon = "add_responders", _("Add people to the team"), "user-plus"
    button, done = _("Add and tell them"), _("They are on the team, and are being told.")
    text = _("Each of them gets a mail that says what it is about and who leads.")
    people = forms.MultipleChoiceField(label=_("People"), widget=Picker, required=False)
    name = forms.CharField(label=_("Somebody else"), max_length=120, required=False)
    email = forms.EmailField(label=_("Their e-mail"), max_length=254, required=False)
    role = forms.CharField(
        label=_("Role"),
        max_length=80,
        required=False,
        help_text=_("For all whom you add now. Left empty, people of the contact matrix keep their title."),
        widget=forms.TextInput({"list": "roles", "autocomplete": "off"}),
    )
    roles = ROLES

    def prepare(self, ticket: Any, user: Any) -> None:
        if ticket.confidential:
            self.text = LETS_IN  # type: ignore[misc]
        there = ticket.responders.filter(left_at=None)
        users, emails = set(there.values_list("user_id", flat=True)), set(there.values_list("email", flat=True))
        matrix = Matrix.at(timezone.now())
        self.standing: dict[str, Recipient] = {}
        for level in Level.values:
            who = matrix.who(level, ticket.team_id).recipient
            if who and level != Level.CSM and who.email.lower() not in emails:
                self.standing[f"m.{level}"] = who
        named = {recipient.user_id for recipient in self.standing.values()}
        desk = people().exclude(pk__in=(users | named) - {None}).select_related("team")[:LISTED]
        self.desk = {f"u.{each.pk}": each for each in desk}
        self.fields["people"].choices = [  # type: ignore[attr-defined]
            *((key, f"{who.name} · {who.title}") for key, who in self.standing.items()),
            *((key, f"{each.name} · {each.team or each.get_role_display()}") for key, each in self.desk.items()),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        role, name, email = (cleaned.get(key, "") for key in ("role", "name", "email"))
        chosen = [self._newcomer(key, role) for key in cleaned.get("people", [])]
        if email or name:
            user = User.objects.filter(email__iexact=email, is_active=True).first() if email else None
            chosen.append(Newcomer(role or str(USUAL_ROLE), user, name, email))
        return {"people": chosen}

    def _newcomer(self, key: str, role: str) -> Newcomer:
        if key in self.standing:
            return Newcomer.of(self.standing[key], role)
        return Newcomer(role or str(USUAL_ROLE), self.desk[key])


class CallForm(VerbForm):
    """A call. `sequence` is the version that the person saw."""

    verb, title, icon = "schedule_call", _("Schedule a customer call"), "phone-call"
    button, done = _("Send the invitations"), _("The invitations are on their way.")
    sequence = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**6, required=False)
    title_ = forms.CharField(label=_("What it is about"), max_length=160)
    starts_at = MomentField(label=_("Starts at"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=SHORTEST, max_value=LONGEST_CALL, initial=30)
    where = forms.CharField(
        label=_("Where"), max_length=300, required=False, help_text=_("A link to the meeting, a number or a room.")
    )
    agenda = forms.CharField(
        label=_("Agenda"), max_length=4000, widget=Area(3), required=False, help_text=_("The customer reads this.")
    )
    invited = forms.MultipleChoiceField(label=_("Invited"), widget=Picker, required=False)
    others = forms.CharField(
        label=_("And also"),
        max_length=2000,
        required=False,
        help_text=_("E-mail addresses, with commas between them."),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "email"}),
    )

    def __init__(self, data: Any = None, *, call: Any = None, **options: Any) -> None:
        self.call = call
        super().__init__(data, **options)

    def prepare(self, ticket: Any, user: Any) -> None:
        self.fields["starts_at"].help_text = _("In your time zone, %(zone)s.") % {"zone": zone_name()}
        self.known = _invitable(ticket, user)
        invited = {person["email"]: person["name"] for person in self.call.attendees} if self.call else {}
        self.known = {email: (name, role) for email, (name, role) in self.known.items()}
        for email, name in invited.items():
            self.known.setdefault(email, (name or email, str(_("invited"))))
        self.fields["invited"].choices = [  # type: ignore[attr-defined]
            (email, f"{name} · {role}" if role else name) for email, (name, role) in self.known.items()
        ]
        self.initial = {**self.initial, **self._initial(ticket, list(invited), user)}

    def _initial(self, ticket: Any, invited: list[str], user: Any) -> dict[str, Any]:
        call = self.call
        if call is None:
            title = f"{ticket.number}: {ticket.subject}"[:160]
            chosen = [customer_mail.addressee(ticket)[1].lower(), user.email.lower()]
            return {"title_": title, "invited": chosen, "minutes": 30, "sequence": 0}
        return {
            "title_": call.title,
            "starts_at": call.starts_at,
            "minutes": call.minutes,
            "where": call.place,
            "agenda": call.agenda,
            "invited": invited,
            "sequence": call.sequence,
        }

    def clean_others(self) -> list[dict[str, str]]:
        text = re.sub(r"[;\n]", ",", self.cleaned_data["others"])
        found = [(name, email) for name, email in getaddresses([text]) if name or email]
        for _name, email in found:
            try:
                validate_email(email)
            except ValidationError:
                raise forms.ValidationError(
                    _("“%(text)s” is not an e-mail address."), params={"text": email or text[:80]}
                ) from None
        return [{"name": name, "email": email} for name, email in found]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = [{"name": self.known[email][0], "email": email} for email in cleaned.pop("invited", [])]
        cleaned["attendees"] = [*chosen, *(cleaned.pop("others", None) or [])]
        cleaned["title"], cleaned["place"] = cleaned.pop("title_", ""), cleaned.pop("where", "")
        if self.call is None:
            cleaned.pop("sequence", None)
        else:
            cleaned["sequence"] = cleaned.get("sequence") or 0
        return cleaned

    def refuse(self, fields: dict[str, str]) -> None:
        names = {"title": "title_", "place": "where", "attendees": "invited"}
        super().refuse({names.get(name, name): message for name, message in fields.items()})


def _invitable(ticket: Any, user: Any) -> dict[str, tuple[str, str]]:
    """Address -> name and what they are: the customer's people, the response team, the owner, and who asks."""
    found: dict[str, tuple[str, str]] = {}
    if ticket.reporter_email:
        found[ticket.reporter_email.lower()] = (ticket.reporter_name or ticket.reporter_email, str(_("reporter")))
    for contact in ticket.customer.contacts.exclude(email=""):
        found.setdefault(contact.email.lower(), (contact.name, contact.title or ticket.customer.name))
    for address in ticket.cc:
        found.setdefault(address.lower(), (address, ticket.customer.name))
    for responder in ticket.responders.filter(left_at=None).exclude(email=""):
        found.setdefault(responder.email.lower(), (responder.name, responder.role))
    if ticket.owner and ticket.owner.email:
        found.setdefault(ticket.owner.email.lower(), (ticket.owner.name, str(_("owner"))))
    if user.email:
        found.setdefault(user.email.lower(), (user.name, str(_("you"))))
    return found


def zone_name(at: datetime | None = None) -> str:
    """The time zone of whoever looks, as in "Europe/Berlin (CET)"."""
    name, short = timezone.get_current_timezone_name().replace("_", " "), timezone.localtime(at).tzname()
    return name if name == short else f"{name} ({short})"
