"""A NUL in an address is answered, not passed to the database."""

import pytest
from django.test import Client

from contacts.models import User


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/?q=%00", "/tickets/?q=a%00b", "/outbox/?q=%00", "/tickets/%00/", "/outbox/?before=%C2%B2", "/?page=%C2%B2"],
)
def test_no_address_breaks_a_page(client: Client, path: str) -> None:
    client.force_login(User.objects.create(username="casey"))
    assert client.get(path).status_code in (200, 400, 404)
