"""The page of who may see an issue, the badge of those that few see, and an administrator who has to."""

from contacts.models import SiteSettings, Team, User
from escalations.models import Ticket
from tests.escalations.test_sight import listed


def test_made_confidential_let_in_taken_off_and_open_again(log_issue, desk, casey, bob, vera, admin, signed_in, at):
    ticket = log_issue()
    path = f"/tickets/{ticket.number}/access/"
    page = desk.get(path).content.decode()
    # Vera was told by the ladder: she stands on top, ticked.
    assert "Vera · Executive" in page[: page.index("Bob · EMEA")]
    assert page.count(" checked") == 1
    assert "What changes, for whom" in page
    refused = desk.post(path, {"people": [bob.pk], "others": "nobody-here"})
    assert refused.status_code == 400
    assert "nobody-here" in refused.content.decode()
    assert desk.post(path, {"kind": "security", "people": [bob.pk]}).status_code == 302
    assert listed(ticket) == ["bob", "casey"]
    for user in (vera, admin):
        assert signed_in(user).get(path).status_code == 404
    page = signed_in(bob).get(path).content.decode()
    assert "let in by" not in page
    assert "access/add/" not in page  # he does not work on it
    assert signed_in(bob).post(f"{path}add/", {"others": "vera"}).status_code == 403
    assert desk.post(f"{path}add/", {"others": "Level-3@desk.example", "reason": "You fix it"}).status_code == 302
    assert desk.post(f"{path}add/", {"others": "vera"}).status_code == 400
    assert "let in by Casey: You fix it" in " ".join(desk.get(path).content.decode().split())
    rows = {row.user.username: row.pk for row in ticket.access.select_related("user")}
    assert desk.post(f"{path}{rows['casey']}/off/").status_code == 409
    assert desk.post(f"{path}{rows['bob']}/off/").status_code == 302
    assert listed(ticket) == ["casey", "vera"]
    assert desk.post(path, {"kind": "personal_data"}).status_code == 302
    for list_page in ("/", "/tickets/", f"/tickets/{ticket.number}/"):
        assert "Confidential" in desk.get(list_page).content.decode()
    assert desk.post(f"{path}open/", {"reason": "It is public"}).status_code == 302
    assert signed_in(admin).get(path).status_code == 200
    assert "It is public" in desk.get(f"/tickets/{ticket.number}/history/").content.decode()


def test_logged_confidential(log_issue, desk, bob, acme, casey):
    given = {"customer": "Acme", "who": "many", "subject": "A leak", "severity": "P1", "owner": casey.pk}
    wrong = desk.post("/tickets/new/", given | {"people": [bob.pk]})
    assert wrong.status_code == 400
    assert f'value="{bob.pk}"' in wrong.content.decode()
    done = desk.post("/tickets/new/", given | {"people": [bob.pk], "confidential": "security", "why": "x"})
    assert done.status_code == 302, done.context["form"].errors
    ticket = Ticket.objects.get()
    assert (ticket.confidential, bob.username in listed(ticket)) == ("security", True)


def test_an_administrator_puts_themself_on_the_list(log_issue, desk, casey, admin, signed_in, at):
    ticket, other = log_issue(), log_issue()
    ticket.make_confidential(kind="security", by=casey, at=at)
    glass, path = signed_in(admin), "/settings/confidential/"
    assert desk.get(path).status_code == 403
    assert desk.post(path, {"number": ticket.number, "reason": "x"}).status_code == 403
    assert "ESC-1" not in glass.get(path).content.decode().replace('placeholder="ESC-1001"', "")
    for number, reason in (("ESC-4711", "x"), ("what", "x"), (ticket.number, " ")):
        assert glass.post(path, {"number": number, "reason": reason}).status_code == 400
    assert glass.post(path, {"number": other.number, "reason": "x"}).url == other.get_absolute_url()
    assert listed(ticket) == ["casey"]
    assert glass.post(path, {"number": ticket.number.lower(), "reason": "An audit"}).url == ticket.get_absolute_url()
    assert listed(ticket) == ["admin", "casey"]
    assert "An audit" in desk.get(f"/tickets/{ticket.number}/access/").content.decode()


def test_who_loses_sight_by_their_own_act_lands_in_the_queue(log_issue, desk, casey, bob, at):
    SiteSettings.objects.update_or_create(pk=1, defaults={"own_team_only": True})
    elsewhere = log_issue(team=Team.objects.create(slug="apac", name="APAC"), by=bob, owner=bob)
    assert desk.get(elsewhere.get_absolute_url()).status_code == 404
    Ticket.objects.filter(pk=elsewhere.pk).update(owner=casey)
    assert desk.get(elsewhere.get_absolute_url()).status_code == 200
    done = desk.post(f"{elsewhere.get_absolute_url()}assign/", {"owner": bob.pk}, follow=True)
    assert done.redirect_chain == [("/", 302)]
    assert "do not see it any more" in done.content.decode()
    assert User.objects.get(username="bob").tickets.get() == elsewhere
