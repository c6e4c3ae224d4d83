"""Saved views: lists under a name, at /views/ and in the sidebar."""

import pytest
from django.test import Client

from contacts.models.people import Role
from escalations.models import SavedView
from escalations.saved_views import MOST


def save(client, name="P1 here", path="/", query="tab=team&severity=P1", **more):
    return client.post("/views/new/", {"name": name, "path": path, "query": query} | more)


def test_a_saved_view_leads_to_its_list_and_stands_in_the_sidebar(desk):
    answer = save(desk)
    assert answer["Location"] == "/?tab=team&severity=P1"
    html = desk.get("/?severity=P1&tab=team").content.decode()
    assert '<a class="nav-link" href="/?tab=team&amp;severity=P1" title="P1 here" aria-current="true">' in html
    assert 'title="P1 here" aria-current' not in desk.get("/?tab=team").content.decode()


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "/admin/", "/tickets", "", "javascript:x"])
def test_only_our_two_lists_can_be_saved(desk, path):
    answer = save(desk, path=path)
    assert answer.status_code == 400
    assert not SavedView.objects.exists()


def test_of_the_query_only_known_and_filled_filters_are_kept(desk):
    save(desk, path="/tickets/", query="next=//evil.example&severity=P2&page=7&v=1&owner=&tab=mine&q=a%26b")
    assert SavedView.objects.get().address == "/tickets/?q=a%26b&severity=P2"


def test_a_shared_view_is_everybodys_and_a_private_one_is_not(desk, signed_in, bob):
    save(desk, name="For all", shared="on")
    save(desk, name="For me")
    html = signed_in(bob).get("/").content.decode()
    assert "For all" in html
    assert "For me" not in html


def test_the_owner_renames_and_shares(desk):
    save(desk)
    view = SavedView.objects.get()
    assert desk.post(f"/views/{view.pk}/", {"name": "Gravest", "shared": "on"})["Location"] == "/views/"
    view.refresh_from_db()
    assert (view.name, view.shared, view.query) == ("Gravest", True, "tab=team&severity=P1")


def test_others_neither_change_nor_delete(desk, signed_in, bob):
    save(desk, shared="on")
    view, client = SavedView.objects.get(), signed_in(bob)
    assert client.post(f"/views/{view.pk}/", {"name": "Mine now"}).status_code == 404
    assert client.post(f"/views/{view.pk}/delete/").status_code == 404
    view.refresh_from_db()
    assert view.name == "P1 here"


def test_a_manager_deletes_what_is_shared_but_not_what_is_private(desk, signed_in, bob):
    bob.role = Role.MANAGER
    bob.save()
    save(desk, name="For all", shared="on")
    save(desk, name="For me")
    keys = dict(SavedView.objects.values_list("name", "pk"))
    manager = signed_in(bob)
    assert manager.post(f"/views/{keys['For all']}/delete/").status_code == 302
    assert manager.post(f"/views/{keys['For me']}/delete/").status_code == 404
    assert [view.name for view in SavedView.objects.all()] == ["For me"]


def test_an_auditor_keeps_views_but_does_not_share_them(signed_in, auditor):
    client = signed_in(auditor)
    assert save(client).status_code == 302
    refused = save(client, name="Another", shared="on")
    assert refused.status_code == 400
    assert "not share them" in refused.content.decode()


@pytest.mark.parametrize("path", ["/views/", "/views/new/", "/views/1/", "/views/1/delete/"])
def test_a_stranger_signs_in_first(db, path):
    for answer in (Client().get(path), Client().post(path)):
        assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(("name", "says"), [("", "required"), ("\u200b", "Give the view a name"), ("x" * 61, "60")])
def test_a_name_that_cannot_be_read_is_refused_and_stays_in_the_form(desk, name, says):
    answer = save(desk, name=name)
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert 'value="tab=team&amp;severity=P1"' in answer.content.decode()


def test_a_name_is_taken_once_a_person(desk, signed_in, bob):
    save(desk)
    assert "of this name already" in save(desk, name="p1 HERE").content.decode()
    assert save(signed_in(bob)).status_code == 302


def test_a_query_too_long_is_refused(desk):
    assert "too long" in save(desk, query="tag=" + "%F0%9F%94%A5" * 100).content.decode()


def test_there_is_an_end_to_them(desk, casey, at):
    SavedView.objects.bulk_create(
        SavedView(owner=casey, name=str(n), path="/", query="", created_at=at) for n in range(MOST)
    )
    assert "Delete one first" in save(desk).content.decode()


def test_the_page_of_views_says_what_to_do_while_there_is_none(desk):
    assert "No list was saved yet" in desk.get("/views/").content.decode()


def test_the_page_of_views_says_what_each_filters_by(desk, signed_in, bob):
    save(desk, shared="on", path="/tickets/", query="status=open&severity=P1&breached=on")
    html = signed_in(bob).get("/views/").content.decode()
    assert "All escalations · Severity: P1 · Missed a clock · Status: All open · kept by Casey" in html


def test_the_number_of_queries_does_not_grow_with_the_views(desk, django_assert_max_num_queries):
    for n in range(8):
        save(desk, name=f"View {n}", query=f"tab=mine&q={n}")
    with django_assert_max_num_queries(8):
        assert desk.get("/views/").status_code == 200
