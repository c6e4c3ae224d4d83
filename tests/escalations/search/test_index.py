"""What is written down for the search, and how it is kept in step."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.models import Event, SearchText, SearchWord, Ticket
from escalations.search import index, matching, rebuild
from escalations.search.document import LONGEST_TEXT


def found(q):
    return set(matching(Ticket.objects.all(), q))


def test_what_is_missing_is_written(log_issue):
    ticket = log_issue(subject="Alpha")
    SearchText.objects.all().delete()
    assert found("alpha") == set()
    assert list(rebuild(missing=True)) == [1]
    assert found("alpha") == {ticket}
    assert list(rebuild(missing=True)) == []


def test_rebuilding_mends_what_is_wrong_and_may_be_repeated(log_issue, casey, at):
    ticket = log_issue(subject="Alpha")
    ticket.note(text="Beta", by=casey, at=at)
    right = SearchText.objects.values().get(pk=ticket.pk)
    SearchText.objects.update(words=" wrong ", text="wrong")
    for _ in range(2):
        call_command("rebuild_search", verbosity=0)
        assert SearchText.objects.values().get(pk=ticket.pk) == right
    assert found("wrong") == set()


def test_it_goes_on_in_batches(log_issue, monkeypatch):
    monkeypatch.setattr("escalations.search.document.BATCH", 2)
    for _ in range(5):
        log_issue()
    assert list(rebuild()) == [2, 4, 5]


def test_nothing_is_written_where_nothing_changed(log_issue):
    ticket = log_issue()
    with CaptureQueriesContext(connection) as queries:
        index([ticket])
    assert not [q for q in queries if q["sql"].startswith(("INSERT", "UPDATE"))]


def test_many_tickets_cost_as_many_queries_as_one(log_issue):
    tickets = [log_issue() for _ in range(5)]
    with CaptureQueriesContext(connection) as one:
        index(tickets[:1])
    with CaptureQueriesContext(connection) as five:
        index(tickets)
    assert len(one) == len(five) <= 3


def test_the_engine_writes_nothing_for_the_search(log_issue, run):
    log_issue("P1")
    with CaptureQueriesContext(connection) as queries:
        run(300)
    assert Event.objects.filter(kind="breach").exists()
    assert not [q for q in queries if "searchtext" in q["sql"]]


def test_a_megabyte_is_cut(log_issue, casey, at):
    ticket = log_issue(description="start " + "blah " * 200_000)
    ticket.note(text="x" * 1_000_000 + " end", by=casey, at=at)
    ticket.note(text="\N{CYRILLIC SMALL LETTER ZHE}" * 100_000, by=casey, at=at)
    kept = SearchText.objects.get(pk=ticket.pk)
    assert len(kept.text) <= LONGEST_TEXT
    assert found("start") == {ticket}


def test_a_refused_verb_leaves_no_words(log_issue, casey, at):
    ticket = log_issue()
    with pytest.raises(Exception, match="Write the note"):
        ticket.note(text=" ", by=casey, at=at)
    assert not SearchWord.objects.filter(word="note").exists()


@pytest.mark.only("sqlite")  # PostgreSQL always has full text
def test_without_fts5_the_words_themselves_are_read(log_issue, monkeypatch):
    monkeypatch.setattr("escalations.search.backends.has_fts5", lambda: False)
    ticket = log_issue(subject="Certificates expired")
    log_issue(subject="Something else")
    assert found("certif exp") == {ticket}
    assert found("acme certif") == {ticket}
    assert found("ertif") == set()


def test_without_trigrams_slips_are_found_by_their_ends(log_issue, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr("escalations.search.vocabulary.has_trigrams", lambda: False)
    with django_capture_on_commit_callbacks(execute=True):
        ticket = log_issue(subject="The certificate expired")
    assert found("certifcate") == {ticket}
    assert found("qwertyuio") == set()


@pytest.mark.parametrize(("q", "most"), [("sign in acme nobody", 3), ("sign zebra giraffe monkey", 3)])
def test_a_search_asks_the_database_for_few_things(log_issue, django_capture_on_commit_callbacks, q, most):
    with django_capture_on_commit_callbacks(execute=True):
        log_issue()
    found("anything")  # the first search of a process asks what the database can do
    with CaptureQueriesContext(connection) as queries:
        found(q)
    assert len(queries) == most


def test_trigrams_are_installed_where_they_can_be(db):
    from escalations.search.backends import has_trigrams
    from escalations.search.setup import add_trigrams

    assert add_trigrams() == ""
    assert has_trigrams() == (connection.vendor == "postgresql")


@pytest.mark.only("postgresql")  # SQLite has no trigrams
def test_without_the_right_to_install_trigrams_the_reason_is_told(db, monkeypatch):
    from escalations.search import setup

    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
        cursor.execute("CREATE ROLE search_guest")
        cursor.execute("SET LOCAL ROLE search_guest")
    assert "permission denied" in setup.add_trigrams()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    setup.has_trigrams.cache_clear()
    assert not setup.has_trigrams()
    setup.has_trigrams.cache_clear()
