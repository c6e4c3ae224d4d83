"""The Related page, merging, tags and the brief."""

from datetime import timedelta

import pytest

from contacts.models import Customer

M = timedelta(minutes=1)


@pytest.fixture
def ticket(log_issue):
    return log_issue(subject="Nobody can sign in since the deploy")


@pytest.fixture
def path(ticket):
    return f"/tickets/{ticket.number}"


def test_alike_issues_stand_before_the_others_and_other_customers_nowhere(desk, ticket, path, log_issue):
    log_issue("P3", subject="Footer has the wrong colour")
    log_issue("P3", subject="Sign-in is broken for everybody")
    log_issue("P3", subject="Sign-in fails", customer=Customer.objects.create(slug="lumen", name="Lumen"))
    page = desk.get(f"{path}/related/").content.decode()
    assert "Sign-in fails" not in page
    alike, others = page.index("Sign-in is broken"), page.index("Footer has")
    assert page.index("sounds alike") < alike < page.index("Also open at Acme") < others


@pytest.mark.parametrize("typed", ["{number}", "{key}", " esc-{key} ", "footer colour"])
def test_an_issue_is_linked_by_its_number_or_by_words(desk, ticket, path, log_issue, typed):
    other = log_issue("P3", subject="Footer has the wrong colour")
    given = typed.format(number=other.number, key=1000 + other.pk)
    page = desk.post(f"{path}/related/link/", {"kind": "related", "other": given}, follow=True).content.decode()
    assert "Linked. Both issues show it." in page
    assert ticket.links.get().other == other
    assert "Related to" in desk.get(f"/tickets/{other.number}/related/").content.decode()


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ("", "This field is required"),
        ("ESC-9999", "There is no issue “ESC-9999”"),
        ("zzzzqqqq", "There is no issue"),
        ("slow", "Several issues fit"),
        ("{self}", "cannot be linked to itself"),
        ("x" * 500, "at most 120"),
        ("\u202e🙂", "There is no issue"),
    ],
)
def test_what_cannot_be_linked_says_why(desk, ticket, path, log_issue, other, words):
    for subject in ("Reports are slow", "Export is slow"):
        log_issue("P3", subject=subject)
    given = other.format(self=ticket.number)
    answer = desk.post(f"{path}/related/link/", {"kind": "related", "other": given})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not ticket.links.exists()


def test_a_relapse_reads_right_from_both_sides(desk, ticket, path, log_issue, casey, at):
    old = log_issue("P3")
    ticket.link(other=old, kind="relapse", by=casey, at=at)
    assert "Relapse of" in desk.get(f"{path}/related/").content.decode()
    assert "Came back as" in desk.get(f"/tickets/{old.number}/related/").content.decode()
    desk.post(f"/tickets/{old.number}/related/unlink/", {"other": ticket.number})
    assert not ticket.links.exists()
    assert desk.post(f"{path}/related/unlink/", {"other": old.number}).status_code == 409
    assert desk.post(f"{path}/related/unlink/", {"other": "no"}).status_code == 404


# --- merging ---


def test_merging_says_first_what_will_happen_and_then_does_it(desk, ticket, path, log_issue):
    target = log_issue("P2", subject="Login outage")
    words = {"into": target.number, "reason": "The same “outage”."}
    asked = desk.post(f"{path}/merge/", words)
    assert asked.status_code == 200
    for line in ("is closed", "internal note on", "4 people on its ladder", "takes it out again"):
        assert line in asked.content.decode()
    ticket.refresh_from_db()
    assert ticket.is_open
    done = desk.post(f"{path}/merge/", words | {"sure": "yes"}, follow=True)
    assert done.request["PATH_INFO"] == f"/tickets/{target.number}/"
    ticket.refresh_from_db()
    assert (ticket.merged_into, ticket.status) == (target, "closed")
    assert f"merged {ticket.number} into it" in done.content.decode()


def test_a_merged_issue_says_where_it_went_and_offers_no_verb_but_reopening(desk, ticket, path, log_issue, casey, at):
    target = log_issue("P2")
    ticket.merge(into=target, reason="Same.", by=casey, at=at)
    page = desk.get(f"{path}/related/").content.decode()
    assert "This was merged into" in page
    assert "Merged into this one" in desk.get(f"/tickets/{target.number}/related/").content.decode()
    overview = desk.get(f"{path}/").content.decode()
    assert f'Merged into <a href="/tickets/{target.number}/">' in overview
    assert f"{path}/reopen/" in overview
    assert f"{path}/note/" not in overview
    assert desk.post(f"{path}/team/usual/").status_code == 409


@pytest.mark.parametrize("sure", [{}, {"sure": "yes"}])
@pytest.mark.parametrize("wrong", [{"into": "ESC-9999"}, {"reason": " "}, {"into": ""}])
def test_what_cannot_be_merged_keeps_what_was_typed(desk, ticket, path, log_issue, wrong, sure):
    target = log_issue("P2")
    answer = desk.post(f"{path}/merge/", {"into": target.number, "reason": "Because “so”."} | wrong | sure)
    assert answer.status_code == 400
    ticket.refresh_from_db()
    assert ticket.is_open


def test_another_customer_s_issue_is_no_target(desk, ticket, path, log_issue):
    other = log_issue("P2", customer=Customer.objects.create(slug="lumen", name="Lumen"))
    answer = desk.post(f"{path}/merge/", {"into": other.number, "reason": "r", "sure": "yes"})
    assert answer.status_code == 400
    assert "belongs to another customer" in answer.content.decode()


# --- tags ---


def test_tags_come_and_go(desk, ticket, path):
    desk.post(f"{path}/tags/", {"add": "sso, EU west ,SSO"})
    page = desk.get(f"{path}/").content.decode()
    assert '<a class="pill" href="/tickets/?tag=EU%20west">EU west</a>' in page
    desk.post(f"{path}/tags/", {"remove": "eu WEST"})
    ticket.refresh_from_db()
    assert ticket.tags == ["sso"]


@pytest.mark.parametrize("wrong", ["", " ", "x" * 41, ",".join(f"t{n}" for n in range(30)), "x" * 5000])
def test_a_tag_that_is_none_is_refused_with_what_was_typed(desk, ticket, path, wrong):
    answer = desk.post(f"{path}/tags/", {"add": wrong})
    assert answer.status_code == 400
    ticket.refresh_from_db()
    assert ticket.tags == []


def test_tags_used_elsewhere_are_suggested(desk, path, log_issue):
    log_issue("P4", tags=["billing"])
    assert '<option value="billing">' in desk.get(f"{path}/tags/").content.decode()


# --- copies ---

EDITED = {"subject": "Nobody can sign in", "description": "", "customer": "acme"}


def test_copies_are_given_on_the_edit_page(desk, ticket, path):
    desk.post(f"{path}/edit/", EDITED | {"cc": "lee@acme.example; kim@acme.example\nLEE@acme.example"})
    ticket.refresh_from_db()
    assert ticket.cc == ["lee@acme.example", "kim@acme.example"]
    assert "lee@acme.example, kim@acme.example" in desk.get(f"{path}/edit/").content.decode()
    assert "lee@acme.example" in desk.get(f"{path}/team/").content.decode()


@pytest.mark.parametrize("wrong", ["nobody", ",".join(f"a{n}@b.example" for n in range(11)), "x" * 4000])
def test_copies_that_are_no_addresses_are_refused_with_what_was_typed(desk, ticket, path, wrong):
    answer = desk.post(f"{path}/edit/", EDITED | {"cc": wrong})
    assert answer.status_code == 400
    assert wrong in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.cc == []


# --- the brief ---


def test_the_brief_holds_what_an_executive_asks_first(desk, ticket, path, casey, at):
    ticket.send_update(summary="Found it.", next_steps="Fix it.", by=casey, at=at)
    ticket.note(text="Only for us.", by=casey, at=at)
    page = desk.get(f"{path}/brief/").content.decode()
    for words in (ticket.subject, "Acme", "€120 k", "Gold", "P1 Critical", "First response", "Found it.", "Casey"):
        assert words in page
    assert page.index("Internal") < page.index("Only for us.")
    assert "Dana" in page


# --- who may ---


@pytest.mark.parametrize("where", ["related/link/", "related/unlink/", "merge/", "tags/"])
def test_auditors_read_and_change_nothing(signed_in, auditor, client, ticket, path, where):
    reader = signed_in(auditor)
    for page in ("related", "brief"):
        assert reader.get(f"{path}/{page}/").status_code == 200
        assert client.get(f"{path}/{page}/").status_code == 302
    for who, status in ((reader, 403), (client, 302)):
        assert who.post(f"{path}/{where}", {"add": "x", "into": "ESC-1001", "other": "ESC-1001"}).status_code == status


def test_the_number_of_queries_does_not_grow(desk, ticket, path, log_issue, casey, at, django_assert_max_num_queries):
    def queries():
        found = []
        for page in ("related", "brief"):
            with django_assert_max_num_queries(16 if page == "brief" else 12) as seen:
                desk.get(f"{path}/{page}/")
            found.append(len(seen))
        return found

    ticket.link(other=log_issue("P3"), kind="related", by=casey, at=at)
    log_issue("P3")
    before = queries()
    for n in range(8):
        other = log_issue("P3", subject=f"Sign in trouble {n}")
        if n % 2:
            ticket.link(other=other, kind="related", by=casey, at=at)
        ticket.note(text=f"Note {n}", by=casey, at=at)
    assert queries() <= before
