"""The people, the customers, the matrix and the holidays that the demo plays with."""

import unicodedata
from datetime import datetime, timedelta
from typing import Any

import holidays
from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from contacts.models import Absence, Contact, Customer, CustomerContact, Team, Tenure, User
from contacts.models.history import Source
from contacts.models.people import Role
from contacts.rungs import save_contact
from escalations.models import Calendar

from .content import read

PASSWORD = "switchback"  # noqa: S105 – printed on the door of the demo, and used nowhere else
DAY = timedelta(days=1)


def set_up(now: datetime) -> None:
    """Fill the desk around `now`. What is there already stays as it is."""
    people = read("people.toml")
    teams = {row["slug"]: Team.objects.get_or_create(slug=row["slug"], defaults=row)[0] for row in people["team"]}
    password = make_password(PASSWORD)
    users = {row["username"]: _user(row, teams, password) for row in people["user"]}
    for row in people["rung"]:
        _rung(row, teams, users, now)
    _predecessors(people["before"], now)
    for row in people["absence"]:
        _absence(row, now)
    for row in read("customers.toml")["customer"]:
        _customer(row, teams, now)
    _holidays(now)


def _user(row: dict[str, Any], teams: dict[str, Team], password: str) -> User:
    first, _, last = row["name"].partition(" ")
    is_admin = row["role"] == Role.ADMIN
    user, _added = User.objects.get_or_create(
        username=row["username"],
        defaults={
            "first_name": first,
            "last_name": last,
            "email": address(row["name"], "desk"),
            "role": row["role"],
            "team": teams.get(row.get("team", "")),
            "phone": row.get("phone", ""),
            "time_zone": row.get("time_zone", ""),
            "is_staff": is_admin,
            "is_superuser": is_admin,
            "password": password,
        },
    )
    return user


def _rung(row: dict[str, Any], teams: dict[str, Team], users: dict[str, User], now: datetime) -> None:
    """A rung that somebody stands on already is theirs."""
    place = {"level": row["level"], "team": teams.get(row.get("team", "")), "position": row.get("position", 0)}
    contact = Contact.objects.filter(**place).first() or Contact(**place, title=row.get("title", ""))
    if contact.address or contact.name:
        return
    contact.user = users.get(row.get("user", ""))
    contact.name, contact.email, contact.phone = (row.get(part, "") for part in ("name", "email", "phone"))
    save_contact(contact, by=None, at=now, source=Source.ADMIN)


def _predecessors(rows: list[dict[str, Any]], now: datetime) -> None:
    """The matrix has a past: two years of it, unless it was there before the demo."""
    if Tenure.objects.exclude(until=None).exclude(name="").exists():
        return
    Tenure.objects.filter(name="", until=now).delete()  # between the protocol and the demo lies a second
    Tenure.objects.filter(until=None, since__gte=now).update(since=now + min(row["from_days"] for row in rows) * DAY)
    for row in rows:
        since, until = now + row["from_days"] * DAY, now + row["until_days"] * DAY
        person = {part: row.get(part, "") for part in ("level", "title", "name", "email", "phone")}
        Tenure.objects.create(**person, position=0, since=since, until=until, source=Source.ADMIN)
        Tenure.objects.filter(until=None, level=row["level"], team_name="", position=0).update(since=until)


def _absence(row: dict[str, Any], now: datetime) -> None:
    def rung(position: int) -> Contact | None:
        return Contact.objects.filter(level=row["level"], team=None, position=position).first()

    contact = rung(row["position"])
    if contact and not contact.absences.exists():
        midnight = now.replace(hour=0, minute=0, second=0)
        Absence.objects.create(
            contact=contact,
            starts_at=midnight + row["from_days"] * DAY,
            ends_at=midnight + row["until_days"] * DAY,
            delegate=rung(row["delegate_position"]),
            note=row["note"],
        )


def _customer(row: dict[str, Any], teams: dict[str, Team], now: datetime) -> None:
    customer, added = Customer.objects.get_or_create(
        slug=row["slug"],
        defaults={
            "name": row["name"],
            "tier": row["tier"],
            "annual_value": row["value"],
            "currency": row["currency"],
            "renewal_on": (now + row["renews_in"] * DAY).date(),
            "health": row["health"],
            "team": teams[row["team"]],
            "domains": [f"{row['slug']}.example"],
            "churned_at": now + row["churned"] * DAY if "churned" in row else None,
        },
    )
    if added:
        CustomerContact.objects.bulk_create(
            CustomerContact(
                customer=customer,
                name=name,
                title=title,
                email=address(name, customer.slug),
                phone=phone,
                position=position,
            )
            for position, (name, title, phone) in enumerate(row["contacts"])
        )


def _holidays(now: datetime) -> None:
    """The closing days of the European payment system: few, and the same in every country."""
    calendar = Calendar.objects.filter(default=True).first()
    if calendar and not calendar.holidays:
        years = range(now.year - 1, now.year + 2)
        calendar.holidays = sorted(day.isoformat() for day in holidays.financial_holidays("XECB", years=years))
        calendar.save()


def address(name: str, domain: str) -> str:
    """As "tomas.rey@larkfield.example"."""
    plain = unicodedata.normalize("NFKD", name.removeprefix("Dr ").replace("ł", "l"))
    return f"{slugify(plain).replace('-', '.')}@{domain}.example"
