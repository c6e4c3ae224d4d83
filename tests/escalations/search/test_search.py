"""What a search finds, whatever is typed."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts.models import Customer
from escalations.models import SearchWord, Ticket
from escalations.search import excerpts, matching


@pytest.fixture
def found(db):
    return lambda q: set(matching(Ticket.objects.all(), q))


@pytest.fixture
def known(django_capture_on_commit_callbacks):
    """Words are remembered once the transaction has ended; a test’s ends when this does."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.mark.parametrize(
    "q",
    ["sign", "SIGN IN", "nobody sign", "acme", "Acme GmbH", "gateway", "billing-export", "dana", "dana@acme.example"],
)
def test_words_are_found_wherever_they_stand(log_issue, acme, found, q):
    acme.name = "Acme GmbH"
    acme.save()
    ticket = log_issue(
        subject="Nobody can sign in",
        description="The gateway answers 502.",
        tags=["billing-export"],
        reporter_name="Dana Díaz",
        reporter_email="dana@acme.example",
    )
    log_issue(subject="Invoices are late", customer=Customer.objects.create(slug="globex", name="Globex"))
    assert found(q) == {ticket}


def test_every_word_must_be_found(log_issue, found):
    log_issue(subject="Nobody can sign in")
    assert found("sign zebra") == set()


def test_what_people_wrote_later_is_found(log_issue, casey, at, found):
    ticket = log_issue()
    ticket.note(text="The certificate chain is broken.", by=casey, at=at)
    ticket.send_update(summary="We renew it.", next_steps="Deploy to Frankfurt", by=casey, at=at)
    ticket.resolve(root_cause="expired", solution="renewed", prevention="calendar entry", by=casey, at=at)
    for q in ("chain certificate", "renew", "frankfurt", "expired", "calendar"):
        assert found(q) == {ticket}, q


def test_a_corrected_subject_is_found_by_its_new_words_alone(log_issue, casey, at, found):
    ticket = log_issue(subject="Login is slow")
    ticket.edit(subject="Search is slow", by=casey, at=at)
    assert found("search slow") == {ticket}
    assert found("login") == set()


def test_a_customer_is_found_by_the_name_it_has_now(log_issue, acme, found):
    ticket = log_issue()
    acme.name = "Umbrella"
    acme.save()
    assert found("umbrella") == {ticket}
    assert found("umbr sign") == {ticket}


def test_the_customer_of_another_ticket_is_not_found(log_issue, acme, casey, at, found):
    ticket = log_issue()
    ticket.edit(customer=Customer.objects.create(slug="globex", name="Globex"), by=casey, at=at)
    assert found("acme") == set()
    assert found("globex") == {ticket}


@pytest.mark.parametrize("q", ["ESC-{n}", "esc-{n}", " {n} "])
def test_a_number_finds_its_ticket_alone(log_issue, found, q):
    ticket = log_issue()
    log_issue(subject=f"As in {ticket.number}")
    assert found(q.format(n=1000 + ticket.pk)) == {ticket}


def test_a_number_that_no_ticket_has_is_a_word(log_issue, found):
    ticket = log_issue(subject="Error 40411 on sign-in")
    assert found("40411") == {ticket}


@pytest.mark.parametrize("q", ["muller", "MÜLLER", "Mu\u0308ller", "strasse", "Straße", "capek", "Smørre", "smorre"])
def test_accents_and_case_make_no_difference(log_issue, found, q):
    ticket = log_issue(subject="Müller, Straße 5: Čapek und Smørre")
    assert found(q) == {ticket}


@pytest.mark.parametrize("q", ["c", "ce", "cer", "certif", "certificates"])
def test_the_beginning_of_a_word_is_enough(log_issue, found, q):
    ticket = log_issue(subject="The certificates c expired")
    assert found(q) == {ticket}


def test_a_part_of_a_word_is_enough(log_issue, found, known):
    with known():
        ticket = log_issue(subject="Webhooks are lost")
    assert found("hook") == {ticket}
    assert found("ebhoo lost") == {ticket}


def test_a_slip_of_the_pen_finds_what_was_meant(log_issue, found, known):
    with known():
        ticket = log_issue(subject="The certificate expired")
    assert found("certifcate") == {ticket}
    assert found("zzzzzz") == set()


def test_words_are_remembered_once(log_issue, known):
    for _ in range(2):
        with known():
            log_issue(subject="Certificate, certificate")
    assert SearchWord.objects.filter(word="certificate").count() == 1


@pytest.mark.parametrize(
    "q",
    [
        '"', "'", "\\", "*", "a*", "NOT", "NOT sign", "AND", "OR OR", "NEAR(a b)", "sign:*", "!sign", "<->", "(", ")",
        "^a", "words:sign", "-sign", "%", "_", "';--", "\0", "sign\0in", "🔥", "٣", "\u202e", "x" * 10_000,
        "a b " * 5_000, "'" * 3_000, "@1", "{}", "$$", "%s", "न", "क्षि", "日本語", "ǅ", "ﷺ",
    ],
)  # fmt: skip
def test_nothing_that_is_typed_is_an_error(log_issue, found, q):
    log_issue(subject="Plain")
    assert isinstance(found(q), set)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=st.text(max_size=60))
def test_no_text_is_an_error(found, q):
    assert found(q) == set() or not q.strip()


@pytest.mark.parametrize("subject", ["日本語のメール", "Привет мир", "ไทย", "naïve ǆ", "४०४", "a🔥b"])
def test_a_subject_in_any_script_is_found_by_itself(log_issue, found, subject):
    ticket = log_issue(subject=subject)
    assert found(subject) == {ticket}


def test_a_search_narrows_what_it_is_given(log_issue, casey, bob):
    mine, _theirs = log_issue(), log_issue(owner=bob)
    assert set(matching(Ticket.objects.filter(owner=casey), "sign")) == {mine}
    assert set(matching(Ticket.objects.exclude(pk=mine.pk), mine.number)) == set()


def test_only_blanks_narrow_nothing(log_issue, found):
    ticket = log_issue()
    assert found("  ") == {ticket}


def row_html(desk, q):
    return desk.get("/tickets/", {"q": q}).content.decode()


@pytest.fixture
def desk(client, casey):
    client.force_login(casey)
    return client


def test_the_list_shows_where_a_word_was_found(desk, log_issue, casey, at):
    log_issue(description="Since nine.").note(text="The <b>certificate</b> chain is broken.", by=casey, at=at)
    assert "The &lt;b&gt;<mark>certificate</mark>&lt;/b&gt; <mark>chain</mark> is broken." in row_html(
        desk, "chain certif"
    )


def test_nothing_is_repeated_that_the_row_says_anyway(desk, log_issue):
    log_issue(subject="Nobody can sign in", description="Nobody can sign in since nine.")
    assert "row-found" not in row_html(desk, "acme sign")


def test_a_long_text_is_cut_around_the_word(log_issue):
    ticket = log_issue(description="before " * 100 + "needle" + " after" * 100)
    pieces = excerpts([ticket.pk], "NEEDLE")[ticket.pk].pieces
    assert ("needle", True) in pieces
    text = "".join(piece for piece, _hit in pieces)
    assert len(text) < 150
    assert text.startswith("…before") and text.endswith("…")  # noqa: PT018
