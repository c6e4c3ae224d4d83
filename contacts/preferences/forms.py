"""The form behind /settings/."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from contacts.hours import Rhythm
from contacts.models import User
from contacts.models.people import MailRhythm, Role
from contacts.phones import PHONE
from contacts.preferences.channels import ChannelFields
from contacts.preferences.desk import Desk
from contacts.preferences.zones import by_region

SHORTEST_DAY = timedelta(hours=2)
OVERVIEWS = {Role.CSM: {"daily_digest"}, Role.MANAGER: {"daily_digest"}, Role.EXECUTIVE: {"weekly_digest"}}
LOOKS = [("", _("Like this device")), ("light", _("Light")), ("dark", _("Dark"))]


class Clock(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class PreferencesForm(forms.ModelForm):
    """What a person may change of their own account. `at`: the moment at which distances from UTC are shown. `channels`
    are fields of this form as well."""

    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    theme = forms.ChoiceField(label=_("Appearance"), required=False, choices=LOOKS, widget=forms.RadioSelect)
    mail_rhythm = forms.ChoiceField(label=_("Messages"), choices=MailRhythm, widget=forms.RadioSelect)
    daily_at = forms.TimeField(label=_("Daily mail and overviews come at"), required=False, widget=Clock())
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=Clock())
    quiet_until = forms.TimeField(label=_("Quiet until"), required=False, widget=Clock())
    daily_digest = forms.BooleanField(label=_("An overview each working day"), required=False)
    weekly_digest = forms.BooleanField(label=_("An overview each Monday"), required=False)
    desktop_alerts = forms.BooleanField(label=_("Desktop notifications"), required=False)

    class Meta:
        model = User
        fields = ["first_name", "last_name", "phone", "time_zone", "language", "mail_rhythm", "daily_at"]
        fields += ["quiet_from", "quiet_until", "theme", "desktop_alerts"]
        fields += ["daily_digest", "weekly_digest"]

    def __init__(self, data: Any = None, *, instance: User, at: datetime, desk: Desk) -> None:
        super().__init__(data, instance=instance)
        self.channels = ChannelFields(self, instance, desk)
        for name in {"daily_digest", "weekly_digest"} - OVERVIEWS.get(Role(instance.role), set()):
            del self.fields[name]
        self.fields["phone"].validators.append(PHONE)
        self.fields["phone"].widget.attrs["autocomplete"] = "tel"
        self.fields["phone"].help_text = _("Where people call you about an issue. Everybody of the desk sees it.")
        site = _("The desk’s (%(zone)s)") % {"zone": settings.TIME_ZONE.replace("_", " ")}
        self._choose("time_zone", [("", site), *by_region(at, current=instance.time_zone)])
        self._choose("language", [("", _("Like my browser")), *settings.LANGUAGES])

    def _choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_daily_at(self) -> Any:
        """Left empty it stays as it was."""
        return self.cleaned_data["daily_at"] or self.instance.daily_at

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors.keys() & {"quiet_from", "quiet_until"}:
            self._check_quiet_hours(given)
        self.channels.clean(given)
        return given

    def _check_quiet_hours(self, given: dict[str, Any]) -> None:
        start, end = given.get("quiet_from"), given.get("quiet_until")
        if (start is None) != (end is None):
            name = "quiet_from" if start is None else "quiet_until"
            self.add_error(name, _("Give both times, or leave both empty."))
        elif start is not None and start == end:
            self.add_error("quiet_until", _("This is when they begin."))
        elif Rhythm(quiet_from=start, quiet_until=end).open_for < SHORTEST_DAY:
            self.add_error("quiet_until", _("Leave at least two hours a day in which mail may come."))
        elif self._comes_in_the_quiet(given):
            self.add_error("daily_at", _("This lies within your quiet hours."))

    @staticmethod
    def _comes_in_the_quiet(given: dict[str, Any]) -> bool:
        rhythm = Rhythm(quiet_from=given.get("quiet_from"), quiet_until=given.get("quiet_until"))
        daily = given.get("daily_at") if given.get("mail_rhythm") == MailRhythm.DAILY else None
        return daily is not None and rhythm.covers(daily)
