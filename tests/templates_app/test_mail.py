"""What a mail says, and to whom it says it how."""

import re
from datetime import timedelta

import pytest

from templates_app import mail
from templates_app.moments import Reader, money, span
from tests.templates_app.outbox import BREACHED, NOW, REPORTED, context, fact, message

KINDS = ["opened", "escalated", "breach", "reminder", "at_risk", "assigned", "taken", "resolved", "reopened"]
ZONES = {"Europe/Madrid": "07:51 CET", "America/Sao_Paulo": "03:51 UTC−3", "Asia/Kolkata": "12:21 IST"}


def compose(*rows, at=NOW):
    return mail.compose(list(rows), at=at)


def of_kind(kind: str, **changed):
    facts = [fact("breach", "response", BREACHED)] if kind == "escalated" else [fact(kind, None, BREACHED)]
    if kind in ("breach", "at_risk"):
        facts = [fact(kind, "response", BREACHED)]
    if kind == "reminder":
        facts = [fact(kind, "update", BREACHED)]
    return message(kind=kind, context=context(facts=facts, **changed))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("zone", "time"), ZONES.items())
def test_every_kind_says_what_who_how_long_and_what_is_at_stake_in_the_reader_s_time(kind, zone, time):
    row = of_kind(kind)
    row.time_zone = zone
    sent = compose(row)
    for part in (sent.text, sent.html):
        assert "Checkout API returns 502" in part
        assert "Lumen Retail · Enterprise" in part
        assert "€1.84 m a year, renews 31 Jan" in part
        assert "15 min, since" in part
        assert "Priya Nair" in part
        assert time in part
        assert zone.replace("_", " ") in part
        assert "Jonas Okafor" in part
    assert sent.subject.startswith("[P1] Lumen Retail: Checkout API returns 502")
    assert len(sent.subject) <= 80


@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_has_one_button(kind):
    sent = compose(of_kind(kind))
    assert sent.html.count('class="button"') == 1
    path = "/tickets/ESC-1047/" if kind in ("taken", "resolved") else "/a/token/"
    assert f'class="button" href="http://127.0.0.1:8000{path}"' in sent.html
    assert f"http://127.0.0.1:8000{path}" in sent.text


def test_without_a_link_to_take_it_the_button_opens_the_ticket():
    sent = compose(of_kind("reminder", take_path=None))
    assert "Open ESC-1047" in sent.html
    assert "I have it" not in sent.html


def test_an_escalation_in_ten_seconds():
    sent = compose(message())
    assert sent.subject == "[P1] Lumen Retail: Checkout API returns 502 – not answered for 15 min (level 4)"
    assert "Say that you have it, and make sure Lumen Retail gets an answer now." in sent.text
    assert "If nobody acts by 08:06 CET, level 5 is told." in sent.text


def test_the_owner_and_the_others_are_asked_for_different_things():
    facts = [fact("opened", None, REPORTED)]
    clocks = [{"kind": "response", "due_at": BREACHED.isoformat(), "breached_at": None}]
    owner, other = (
        message(to, kind="opened", context=context(facts=facts, clocks=clocks))
        for to in ("priya@desk.example", "vera@desk.example")
    )
    assert "You own this. Answer Lumen Retail by 07:51 CET" in compose(owner, at=REPORTED).text
    assert "Priya Nair is to answer Lumen Retail." in compose(other, at=REPORTED).text
    assert compose(owner, at=REPORTED).subject.endswith("new, answer by 07:51 CET")


def test_a_late_message_says_so_and_covers_what_happened():
    facts = [
        fact("breach", "response", BREACHED, late=True),
        fact("step", "response", BREACHED + timedelta(minutes=15), late=True),
        fact("escalated", None, BREACHED + timedelta(minutes=15), late=True, level="4"),
        fact("skipped", None, BREACHED + timedelta(minutes=15), late=True),
    ]
    sent = compose(message(late=True, context=context(facts=facts)), at=NOW + timedelta(hours=1))
    late = "This message is late: it was due at 07:51 CET and left at 08:51 CET. It covers 2 events."
    assert late in sent.text
    assert late in sent.html
    assert "08:06 CET – First response overdue, and nobody has it yet\n- 08:06 CET – Level 4 told" in sent.text


def test_a_next_step_that_is_over_is_not_announced():
    text = compose(message(), at=NOW + timedelta(hours=1)).text
    assert "If nobody acts by" not in text
    assert "If nobody acts, the resolution is overdue at 11:36 CET, and the next level is told." in text


def test_a_climb_is_about_the_clock_that_caused_it_not_about_who_was_told():
    facts = [fact("breach", "response", BREACHED), fact("escalated", None, BREACHED, level="4")]
    sent = compose(message(context=context(facts=facts)))
    assert sent.subject.endswith("– not answered for 15 min (level 4)")
    assert "What happened" not in sent.text


def test_the_rungs_beside_the_ladder_have_no_number():
    facts = [fact("escalated", None, BREACHED, level="product")]
    sent = compose(message(level="product", context=context(facts=facts, by="Casey Nolan")))
    assert sent.subject.endswith("Checkout API returns 502 – Casey Nolan asks for your help")


def test_a_message_in_time_says_nothing_about_it():
    assert "This message is late" not in compose(message()).text


def test_a_zone_nobody_knows_falls_back_to_the_site_s(settings):
    row = message(time_zone="Mars/Olympus")
    settings.TIME_ZONE = "Europe/Berlin"
    assert "Times are in Europe/Berlin (CET)." in compose(row).text


def test_another_day_is_named():
    assert Reader.of("Europe/Madrid", NOW).time(NOW - timedelta(days=1)) == "Mon 2 Nov, 07:51 CET"


def test_a_bundle_leads_with_the_first_and_links_the_others():
    other = message(context=context(subject="Reports are slow", number="ESC-2", take_path="/a/other/"))
    sent = compose(message(), other)
    assert sent.subject.endswith("(+1 more)")
    for part in (sent.text, sent.html):
        assert "Reports are slow" in part
        assert "http://127.0.0.1:8000/a/other/" in part


def test_a_long_subject_gives_way_and_keeps_the_point():
    subject = compose(message(context=context(subject="Payments fail for every third shop " * 5))).subject
    assert "…" in subject
    assert subject.endswith("not answered for 15 min (level 4)")
    assert len(subject) <= 80


def test_nothing_that_a_customer_writes_becomes_markup():
    bad = "<img src=x onerror=alert(1)> & <b>"
    row = message(context=context(subject=bad, description=bad, reason=bad, by=bad, rung=bad, told=[{"name": bad}]))
    row.context["customer"]["name"] = row.context["owner"]["name"] = row.context["owner"]["phone"] = bad
    html = compose(row).html
    assert "<img" not in html
    assert "<b>" not in html
    assert "&amp;amp;" not in html
    assert bad in compose(row).text


def test_no_remote_content():
    html = compose(message()).html
    assert not re.search(r"<(img|link|script|iframe)|url\(|@import", html)
    assert len(html) < 14_000


def test_a_link_that_leads_elsewhere_cannot_be_worded():
    with pytest.raises(ValueError, match="not a path"):
        compose(message(context=context(take_path="//evil.example/")))


def test_a_customer_gets_the_words_that_were_written():
    row = message(
        kind="customer", subject="[Update] Ticket #ESC-1", text="Hello <Ana>,\n\nnews.", context={"number": ""}
    )
    sent = compose(row)
    assert (sent.subject, sent.text) == ("[Update] Ticket #ESC-1", "Hello <Ana>,\n\nnews.\n")
    assert "<p>Hello &lt;Ana&gt;,</p>\n<p>news.</p>" in sent.html


def test_an_administrator_reads_the_problem_and_what_to_do():
    words = {"number": None, "problem": "Nobody stands on level 3", "what_to_do": "Name somebody.", "ticket_path": None}
    sent = compose(message(kind="admin", context=words))
    assert sent.subject == "[Switchback] Nobody stands on level 3"
    assert "Name somebody." in sent.text


def test_spans_and_money_are_short():
    spans = [
        (0, "less than a minute"),
        (59, "59 min"),
        (60, "1 h"),
        (138, "2 h 18 min"),
        (1440, "1 d"),
        (4600, "3 d 4 h"),
    ]
    assert [span(timedelta(minutes=m)) for m, _ in spans] == [words for _, words in spans]
    amounts = [("1840000.00", "€1.84 m"), ("240000", "€240 k"), ("9500.50", "€9,500"), ("2000000", "€2 m")]
    assert [money(value, "EUR") for value, _ in amounts] == [words for _, words in amounts]
    assert money("950", "CHF") == "CHF 950"
