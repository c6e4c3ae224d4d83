"""The settings of administrators: people, teams, tokens, services, the desk; and what was changed."""

import re

import pytest
from django.test import Client

from contacts.models import ApiToken, Contact, DeskChange, SiteSettings, Team, User
from contacts.models.people import Role
from tests.escalations.pages.test_query_budget import BUDGET, asked

pytestmark = pytest.mark.once

PEOPLE = {"first_name": "Noor", "last_name": "Haddad", "email": "noor@desk.example", "username": "noor", "role": "csm"}


@pytest.fixture
def setup(signed_in, admin) -> Client:
    return signed_in(admin)


def acts() -> list[tuple[str, str, str]]:
    return [(row.area, row.act, row.about) for row in DeskChange.objects.order_by("pk")]


def test_only_administrators_come_here(desk, signed_in, auditor, casey, vera):
    pages = ["people/", "people/new/", "people/casey/", "people/casey/off/", "teams/", "teams/emea/", "services/",
             "services/none/", "desk/", "changes/",
             "severities/", "severities/P1/", "calendars/", "calendars/new/"]  # fmt: skip
    for page in pages:
        assert desk.get(f"/settings/{page}").status_code == 403, page
        assert signed_in(vera).get(f"/settings/{page}").status_code == 403, page
        assert Client().get(f"/settings/{page}").status_code == 302, page
    assert signed_in(auditor).get("/settings/changes/").status_code == 200
    assert "/settings/people/" not in desk.get("/settings/").content.decode()
    assert desk.get("/settings/tokens/").status_code == 200


def test_somebody_is_added_and_invited(setup, team):
    answer = setup.post("/settings/people/new/", PEOPLE | {"team": team.pk}, follow=True)
    assert "noor@desk.example" in answer.content.decode()
    noor = User.objects.get(username="noor")
    assert (noor.team, noor.has_usable_password(), noor.is_staff) == (team, False, False)
    assert noor.invited_at
    assert acts() == [("person", "added", "Noor Haddad (noor)"), ("person", "invited", "Noor Haddad")]
    wrong = setup.post("/settings/people/new/", PEOPLE | {"username": "NOOR", "email": "Noor@desk.example"})
    assert wrong.status_code == 400
    assert {"username", "email"} <= set(wrong.context["form"].errors)


def test_people_are_found_and_changed(setup, casey, bob, admin):
    found = setup.get("/settings/people/?q=cas&role=csm").content.decode()
    assert "/settings/people/casey/" in found
    assert "/settings/people/bob/" not in found
    assert setup.get("/settings/people/?q=%25x&role=king&team=%F0&page=x&show=off").status_code == 200
    page = setup.get("/settings/people/casey/")
    given = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    assert setup.post("/settings/people/casey/", given | {"role": "admin", "phone": "+49 30 1"}).status_code == 302
    casey.refresh_from_db()
    assert (casey.role, casey.is_superuser) == (Role.ADMIN, True)
    (row,) = DeskChange.objects.all()
    assert [(each["what"], each["to"]) for each in row.changes] == [("role", "Administrator"), ("phone", "+49 30 1")]
    assert "Administrator" in setup.get("/settings/changes/?area=person").content.decode()


def test_nobody_changes_their_own_role_and_the_last_administrator_stays(setup, admin, signed_in):
    given = {"first_name": "Ada", "last_name": "", "email": admin.email, "username": "admin", "role": "csm"}
    setup.post("/settings/people/admin/", given)
    admin.refresh_from_db()
    assert (admin.role, admin.first_name) == (Role.ADMIN, "Ada")
    assert setup.post("/settings/people/admin/off/", {"confirm": "yes"}).status_code == 400
    other = User.objects.create(username="root", role=Role.ADMIN)
    User.objects.filter(pk=admin.pk).update(role=Role.CSM, is_superuser=False)
    assert signed_in(other).post("/settings/people/root/off/", {"confirm": "yes"}).status_code == 400
    other.refresh_from_db()
    assert other.is_active


def test_switching_off_hands_over_and_ends_everything(setup, log_issue, casey, bob, signed_in):
    tickets = [log_issue(), log_issue("P3", subject="A typo")]
    Contact.objects.filter(level="1").update(user=casey)
    mine = signed_in(casey)
    assert mine.get("/settings/tokens/").status_code == 200
    ApiToken.objects.create(user=casey, name="x", digest="d", created_at=tickets[0].created_at)
    page = setup.get("/settings/people/casey/off/").content.decode()
    for words in ("2 open issues", "A typo", "Level 1", "One token is revoked"):
        assert words in page, words
    setup.post("/settings/people/casey/off/", {"confirm": "yes", "hand_to": bob.pk})
    casey.refresh_from_db()
    assert not casey.is_active
    for ticket in tickets:
        ticket.refresh_from_db()
        assert ticket.owner == bob
    assert ApiToken.objects.get().revoked_at
    assert mine.get("/settings/tokens/").status_code == 302
    setup.post("/settings/people/casey/on/")
    casey.refresh_from_db()
    assert casey.is_active
    assert [act for _area, act, _about in acts()] == ["closed", "opened"]


def test_a_token_is_shown_once_and_revoked(desk, casey, signed_in, bob, admin):
    assert "Configure" not in desk.get("/settings/tokens/").content.decode().partition("<form")[2]
    made = desk.post("/settings/tokens/", {"name": "nightly", "scope": "work", "days": "90"}).content.decode()
    plain = re.findall(r"sb_[\w-]+", made)[0]
    token = ApiToken.objects.get()
    assert (token.scope, token.hint, (token.expires_at - token.created_at).days) == ("work", plain[-4:], 90)
    page = desk.get("/settings/tokens/").content.decode()
    assert plain not in page
    assert "nightly" in page
    for wrong in ({"name": "nightly"}, {"scope": "configure"}, {"days": "7"}, {"name": ""}):
        given = {"name": "other", "scope": "read", "days": "0"} | wrong
        assert desk.post("/settings/tokens/", given).status_code == 400, wrong
    assert signed_in(bob).post(f"/settings/tokens/{token.pk}/revoke/").status_code == 403
    assert desk.get(f"/settings/tokens/{token.pk}/revoke/").status_code == 200
    assert not ApiToken.objects.get().revoked_at
    desk.post(f"/settings/tokens/{token.pk}/revoke/", {"confirm": "yes"})
    assert ApiToken.objects.get().revoked_at
    assert desk.get("/settings/tokens/999999999999999999999/revoke/").status_code == 404
    assert [act for _area, act, _about in acts()] == ["added", "revoked"]


def test_a_service_account_has_tokens_and_nothing_else(setup):
    setup.post("/settings/services/", {"name": "Status page", "role": "admin"})
    service = User.objects.get(is_service=True)
    assert (service.username, service.has_usable_password(), service.is_staff) == ("status-page", False, False)
    made = setup.post("/settings/services/status-page/", {"name": "prod", "scope": "configure", "days": "0"})
    plain = re.findall(r"sb_[\w-]+", made.content.decode())[0]
    answer = Client(headers={"Authorization": f"Bearer {plain}"}).get("/api/v1/users/")
    assert answer.status_code == 200
    assert "status-page" in setup.get("/settings/services/").content.decode()
    assert setup.get("/settings/people/status-page/").status_code == 200
    assert "status-page" not in setup.get("/settings/people/").content.decode()


def test_teams_are_added_renamed_and_removed_while_unused(setup, team, casey):
    setup.post("/settings/teams/", {"name": "Americas"})
    assert setup.post("/settings/teams/", {"name": "AMERICAS"}).status_code == 400
    setup.post("/settings/teams/americas/", {"name": "North"})
    assert Team.objects.get(slug="americas").name == "North"
    setup.post("/settings/teams/emea/remove/")
    setup.post("/settings/teams/americas/remove/")
    assert [row.slug for row in Team.objects.all()] == ["emea"]
    assert [act for _area, act, _about in acts()] == ["added", "changed", "removed"]


def test_the_settings_of_the_desk(setup, desk):
    given = {"brand": "  Blue   Desk ", "mfa_roles": ["auditor"]}
    assert setup.post("/settings/desk/", given).status_code == 302
    row = SiteSettings.current()
    assert (row.brand, row.mfa_roles) == ("Blue Desk", ["auditor"])
    assert "Blue Desk" in desk.get("/tickets/").content.decode()
    for wrong in ({"brand": "x" * 41}, {"mfa_roles": ["king"]}):
        assert setup.post("/settings/desk/", wrong).status_code == 400, wrong
    (change,) = DeskChange.objects.all()
    assert len(change.changes) == 2
    setup.post("/settings/desk/", given)
    assert DeskChange.objects.count() == 1


def test_pages_ask_the_database_seldom(setup, team, admin, log_issue):
    for number in range(30):
        User.objects.create(username=f"u{number}", email=f"u{number}@desk.example", team=team, is_service=number > 20)
    for page in ("tokens/", "people/", "people/u1/", "people/u1/off/", "teams/", "teams/emea/", "services/",
                 "services/u25/", "desk/", "changes/", "severities/", "severities/P3/", "calendars/"):  # fmt: skip
        assert len(asked(setup, f"/settings/{page}")) <= BUDGET, page
