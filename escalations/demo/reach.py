"""Whom the demo desk can reach: days off, weekly turns, and a test of the ladder that most have confirmed."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from contacts.absences import zone_of
from contacts.models import Absence, Contact, Rotation, Team, User
from escalations.models import Drill
from escalations.reach import drill as drills

DAY = timedelta(days=1)
# (who, from and until in days after today, who stands in, note)
DAYS_OFF = [
    ("tomasz", 4, 11, "casey", "Skiing with the family"),
    ("ines", 9, 12, "", "Board meeting in São Paulo, in the air for most of it"),
    ("liam", -20, -13, "marisol", "Moving house"),
]
TURNS = ("product", 14, time(9), "Europe/London")  # the rung, begun so many days before this Monday
TESTED = 6  # days ago
ANSWERED_AFTER = {"1": 3, "2": 8, "3": 26, "4": 95, "technical": 2}  # minutes; the others have not


def arrange(now: datetime) -> None:
    """What is there already stays as it is."""
    users = {user.username: user for user in User.objects.all()}
    for who, since, until, instead, note in DAYS_OFF:
        if who in users and not users[who].absences.exists():
            midnight = datetime.combine(now.astimezone(zone_of(users[who])).date(), time(), zone_of(users[who]))
            Absence.objects.create(
                user=users[who],
                starts_at=midnight + since * DAY,
                ends_at=midnight + until * DAY,
                delegate_user=users.get(instead),
                note=note,
            )
    level, before, at, zone = TURNS
    today = now.astimezone(ZoneInfo(zone)).date()
    if Contact.objects.filter(level=level, team=None).count() > 1:
        starts_on = today - timedelta(days=today.weekday() + before)
        Rotation.objects.get_or_create(
            level=level, team=None, defaults={"starts_on": starts_on, "at": at, "zone": zone}
        )
    if (morgan := users.get("morgan")) and not Drill.objects.exists():
        _test(None, morgan, now - TESTED * DAY)


def _test(team: Team | None, by: User, at: datetime) -> None:
    drill = drills.start(team=team, first_only=False, through_quiet=True, by=by, at=at)
    for call in drill.calls.order_by("pk"):
        if call.level in ANSWERED_AFTER and call.position == 0 and call.address:
            drills.confirm([call], at + ANSWERED_AFTER[call.level] * timedelta(minutes=1))
