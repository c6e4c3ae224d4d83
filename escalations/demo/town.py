"""People and customers for a desk of any size."""

from random import Random

from contacts.models import Customer, CustomerContact, Team, User
from contacts.models.people import Role

from .content import read
from .stage import address

NO_PASSWORD = "!"  # noqa: S105 – nothing opens it
CHUNK = 1000

Names = dict[str, list[str]]


def settle_town(tickets: int, rng: Random) -> None:
    """One more CSM for every two thousand tickets, one more customer for every fifty."""
    names = read("phrases.toml")["names"]
    teams = list(Team.objects.order_by("slug"))
    User.objects.bulk_create(_user(number, names, teams, rng) for number in range(min(tickets // 2000, 200)))
    customers = [_customer(number, names, teams, rng) for number in range(min(tickets // 50, 2000))]
    Customer.objects.bulk_create(customers, batch_size=CHUNK)
    slugs = [customer.slug for customer in customers]
    saved = Customer.objects.filter(slug__in=slugs).order_by("pk") if slugs else []
    CustomerContact.objects.bulk_create([_contact(customer, names, rng) for customer in saved], batch_size=CHUNK)


def _user(number: int, names: Names, teams: list[Team], rng: Random) -> User:
    first, last = rng.choice(names["first"]), rng.choice(names["last"])
    return User(
        username=f"{first}.{last}.{number}".lower(),
        first_name=first,
        last_name=last,
        email=address(f"{first} {last} {number}", "desk"),
        role=Role.CSM,
        team=teams[number % len(teams)],
        password=NO_PASSWORD,
    )


def _customer(number: int, names: Names, teams: list[Team], rng: Random) -> Customer:
    name = f"{rng.choice(names['place'])} {rng.choice(names['trade'])}"
    return Customer(
        slug=f"{name.lower().replace(' ', '-')}-{number}",
        name=f"{name} {number}",
        tier=rng.choice(["Platinum", "Gold", "Gold", "Silver", "Silver", "Silver"]),
        annual_value=rng.randint(12, 900) * 1000,
        currency=rng.choice(["EUR", "EUR", "GBP", "USD"]),
        health=rng.choice(["green", "green", "green", "yellow", "red"]),
        team=teams[number % len(teams)],
    )


def _contact(customer: Customer, names: Names, rng: Random) -> CustomerContact:
    name = f"{rng.choice(names['first'])} {rng.choice(names['last'])}"
    return CustomerContact(customer=customer, name=name, email=address(name, customer.slug))
