"""The forms behind /absences/ and /contacts/rotations/."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from contacts.absences import LONGEST_NOTE, Who, delegate_of, facts, name_of, who_of, zone_of
from contacts.forms import SharedForm
from contacts.hours import instant_of
from contacts.models import Absence, Contact, Rotation, User
from contacts.models.people import Role
from contacts.preferences.forms import Clock
from contacts.preferences.zones import by_region

DAY = timedelta(days=1)
MIDNIGHT = time()


class DayField(forms.DateField):
    """A date from the browser's picker, of a year that people live in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and not 2000 <= day.year <= 2199:
            raise ValidationError(_("Check the year."))
        return day


class AbsenceForm(SharedForm):
    """Days of whoever is away, in their own time zone; whole ones, unless times are given. `of`: whose absence it is
    where that cannot be chosen."""

    heading, button = _("Absence"), _("Save")

    who = forms.ChoiceField(label=_("Who is away"))
    first_day = DayField(label=_("First day"))
    last_day = DayField(label=_("Last day"))
    from_time = forms.TimeField(
        label=_("From"), required=False, widget=Clock(), help_text=_("Left empty: from midnight.")
    )
    until_time = forms.TimeField(
        label=_("Until"), required=False, widget=Clock(), help_text=_("Left empty: to the end of the day.")
    )
    stand_in = forms.ChoiceField(
        label=_("Who stands in"),
        required=False,
        help_text=_("They are told instead. Left empty, the next position of the rung is asked."),
    )
    note = forms.CharField(label=_("Note"), max_length=LONGEST_NOTE, required=False)

    # Absence's fields, as this form calls them.
    NAMES = {
        "starts_at": "first_day",
        "ends_at": "last_day",
        "contact": "who",
        "user": "who",
        "delegate": "stand_in",
        "delegate_user": "stand_in",
    }

    def __init__(self, data: Any = None, *, absence: Absence, of: User | None) -> None:
        super().__init__(data, initial=_initial(absence))
        self.stands(facts(absence) if absence.pk else {})
        self.absence, self.of = absence, of
        self.people = _people([who for who in (who_of(absence), delegate_of(absence)) if who])
        choices = [(key, _label(who)) for key, who in self.people.items()]
        self._choose("stand_in", [("", _("Nobody in particular")), *choices])
        if of:
            del self.fields["who"]
        else:
            self._choose("who", [("", _("Choose somebody")), *choices])

    def _choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def filled(self) -> Absence:
        """The absence as it was typed. Times on the wall become instants in the zone of whoever is away."""
        given, absence = self.cleaned_data, self.absence
        who = self.of or self.people[given["who"]]
        zone = zone_of(who)
        start = datetime.combine(given["first_day"], given["from_time"] or MIDNIGHT, zone)
        last = given["last_day"]
        end = datetime.combine(last, given["until_time"], zone) if given["until_time"] else _end_of(last, zone)
        absence.starts_at, absence.ends_at = instant_of(start), instant_of(end)
        absence.user = who if isinstance(who, User) else None
        absence.contact = who if isinstance(who, Contact) else None
        delegate = self.people.get(given["stand_in"])
        absence.delegate_user = delegate if isinstance(delegate, User) else None
        absence.delegate = delegate if isinstance(delegate, Contact) else None
        absence.note = " ".join(given["note"].split())
        return absence

    def refuse(self, error: ValidationError) -> None:
        for name, problems in error.error_dict.items():
            field = self.NAMES.get(name, name)
            self.add_error(field if field in self.fields else None, problems)


def _end_of(last: date, zone: Any) -> datetime:
    return datetime.combine(last + DAY, MIDNIGHT, zone)


def _initial(absence: Absence) -> dict[str, Any]:
    if absence.pk is None:
        return {"who": _key(who) if (who := who_of(absence)) else ""}
    who, delegate = who_of(absence), delegate_of(absence)
    start, end = (localtime(moment, zone_of(who)) for moment in (absence.starts_at, absence.ends_at))
    to_the_end = end.time() == MIDNIGHT
    return {
        "who": _key(who) if who else "",
        "first_day": start.date(),
        "last_day": end.date() - DAY if to_the_end else end.date(),
        "from_time": None if start.time() == MIDNIGHT else start.time(),
        "until_time": None if to_the_end else end.time(),
        "stand_in": _key(delegate) if delegate else "",
        "note": absence.note,
    }


def _key(who: Who) -> str:
    if isinstance(who, Contact) and who.user:
        who = who.user
    return f"{'u' if isinstance(who, User) else 'c'}{who.pk}"


def _label(who: Who) -> str:
    return f"{who.person_name}, {who.title}" if isinstance(who, Contact) else name_of(who)


def _people(named: Iterable[Who]) -> dict[str, Who]:
    """Everybody who works here, and those of the matrix who have no account; and whoever is named already."""
    users = User.objects.filter(is_active=True).exclude(role=Role.AUDITOR)
    outsiders = Contact.objects.filter(~Q(name="", email=""), user=None)
    found: list[Who] = [*users.order_by("first_name", "last_name", "username"), *outsiders.order_by("name", "pk")]
    return {_key(who): who for who in [*found, *named]}


class RotationForm(SharedForm):
    """Of one rung. Times are on the wall of the rotation's own zone."""

    heading, button = _("Weekly turns"), _("Save")

    starts_on = DayField(label=_("First turn from"), help_text=_("On this weekday the turn passes on, every week."))
    at = forms.TimeField(label=_("Handed over at"), widget=Clock())
    zone = forms.ChoiceField(label=_("Time zone"))
    takes_turns = forms.MultipleChoiceField(
        label=_("Who takes turns"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("In this order. Whoever takes none is asked after them."),
    )

    def __init__(
        self, data: Any = None, *, rotation: Rotation | None, people: list[Contact], zone: str, at: datetime
    ) -> None:
        shown = rotation or Rotation(starts_on=localtime(at).date(), at=time(9), zone=zone)
        turns = [str(each.pk) for each in people if each.rotates]
        super().__init__(
            data, initial={"starts_on": shown.starts_on, "at": shown.at, "zone": shown.zone, "takes_turns": turns}
        )
        self.today = localtime(at).date()
        self.stands(
            {
                "starts_on": rotation.starts_on.isoformat() if rotation else "",
                "at": rotation.at.isoformat() if rotation else "",
                "zone": rotation.zone if rotation else "",
                "takes_turns": " ".join(turns),
            }
        )
        zones, who = self.fields["zone"], self.fields["takes_turns"]
        assert isinstance(zones, forms.ChoiceField)
        assert isinstance(who, forms.MultipleChoiceField)
        zones.choices = by_region(at, current=shown.zone)
        who.is_needed = True  # type: ignore[attr-defined]
        who.choices = [(str(each.pk), each.person_name or _("Nobody")) for each in people]

    def clean_starts_on(self) -> date:
        day: date = self.cleaned_data["starts_on"]
        if abs((day - self.today).days) > 2 * 366:
            raise ValidationError(_("This lies more than two years from today."))
        return day

    def clean_takes_turns(self) -> list[int]:
        chosen = [int(key) for key in self.cleaned_data["takes_turns"]]
        if len(chosen) < 2:
            raise ValidationError(_("Turns need at least two who take them."))
        return chosen
