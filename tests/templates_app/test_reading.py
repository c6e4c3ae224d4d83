"""Mails as they come: what is new in them, who wrote them, what they bring along."""

from email.message import EmailMessage

import pytest

from templates_app.inbound import quotes, reply_address
from templates_app.inbound.html import words_of_html
from templates_app.inbound.reading import LARGEST, read

pytestmark = pytest.mark.once


def mail(text: str = "Hello", **headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in {"From": "Dana Whitfield <Dana@Acme.example>", "Subject": "Sign-in", **headers}.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def test_a_plain_mail_is_read() -> None:
    letter = read(mail("It works.\n\n-- \nDana", Message_ID="<a1@acme.example>", To="desk@desk.example").as_bytes())
    assert (letter.message_id, letter.sender, letter.sender_name) == (
        "a1@acme.example",
        "dana@acme.example",
        "Dana Whitfield",
    )
    assert letter.words == "It works.\n\n-- \nDana"
    assert letter.to == ["desk@desk.example"]
    assert not letter.problem


@pytest.mark.parametrize(
    "under",
    [
        "On Mon, 23 Nov 2026 at 10:00, Casey <casey@desk.example> wrote:\n> What does it say?\n>\n> Casey",
        "On Mon, 23 Nov 2026 at 10:00, Casey from the Escalations Desk\n<casey@desk.example> wrote:\n\n> What?",
        "Am Mo., 23. Nov. 2026 um 10:00 Uhr schrieb Casey <casey@desk.example>:\n\n> Was steht da?",
        "-----Original Message-----\nFrom: Casey\nSent: Monday\nTo: Dana\nSubject: Sign-in\n\nWhat does it say?",
        "-----Ursprüngliche Nachricht-----\nVon: Casey\nGesendet: Montag\nAn: Dana\n\nWas steht da?",
        "________________________________\nVon: Casey <c@desk.example>\nGesendet: Montag\nAn: Dana\nBetreff: x\n\n?",
        "From: Casey <casey@desk.example>\nDate: Monday\nTo: Dana\nSubject: Re: Sign-in\n\nWhat does it say?",
        "> What does it say?",
    ],
)
def test_what_a_mail_repeats_is_told_from_what_is_new(under: str) -> None:
    words, quote = quotes.split(f"It says 502.\nSince noon.\n\n{under}")
    assert words == "It says 502.\nSince noon."
    assert quote == under


@pytest.mark.parametrize(
    "text",
    [
        "> What does it say?\n\n502.\n\n> Since when?\n\nNoon.",
        "On Monday Casey wrote:\nI should call, so here I am.",
        "From: here it looks fine.",
        "> Only what was quoted",
        "Two things\n____________________\nare apart.",
    ],
)
def test_what_may_be_new_is_never_cut(text: str) -> None:
    assert quotes.split(text) == (text, "")


def test_html_alone_is_put_into_words() -> None:
    message = mail()
    message.set_content(
        "<p>It&nbsp;fails:</p><ul><li>web</li><li>phone</li></ul><script>x()</script><blockquote>Old</blockquote>",
        subtype="html",
    )
    letter = read(message.as_bytes())
    assert letter.words == "It fails:\n\n- web\n- phone"
    assert letter.quote == "> Old"
    assert words_of_html("high" + "<div>" * 50_000 + "deep") == "high"


def test_of_two_versions_the_plain_one_counts_and_files_come_along() -> None:
    message = mail("Plain words")
    message.add_alternative("<p>Other words</p>", subtype="html")
    message.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="größe.csv")
    inner = mail("Before", Subject="What we saw")
    message.add_attachment(inner)
    letter = read(message.as_bytes())
    assert letter.words == "Plain words"
    assert [file.name for file in letter.files] == ["größe.csv", "What we saw.eml"]
    assert letter.files[0].content == b"a,b\n1,2\n"


@pytest.mark.parametrize(
    "sender",
    [
        "From: dana@acme.example, mallory@evil.example",
        "From: dana@acme.example\nFrom: mallory@evil.example",
        "From: dana@acme.example <mallory@evil.example>, x",
        'From: "dana@acme.example" ',
        "From: =?utf-8?q?dana=40acme.example?=",
        "From: dana@acme.example)mallory@evil.example",
        "X-From: dana@acme.example",
    ],
)
def test_a_sender_who_is_not_clear_is_nobody(sender: str) -> None:
    assert read(f"{sender}\nSubject: x\n\nHello".encode()).sender == ""


def test_comments_nested_without_end_hide_an_address_and_break_nothing() -> None:
    mail = read(b"From: dana@acme.example\nTo: desk@desk." + b"(" * 5000 + b"\nSubject: x\n\nHello")
    assert (mail.sender, mail.to, mail.words) == ("dana@acme.example", [], "Hello")


def test_a_wrong_charset_a_broken_body_and_raw_bytes_are_read_as_far_as_they_go() -> None:
    head = b"From: dana@acme.example\nSubject: Gr\xc3\xbc\xc3\x9fe\nContent-Type: text/plain; charset=klingon\n"
    raw = head + b"\nGr\xfc\xdfe\x00!"
    letter = read(raw)
    assert (letter.subject, letter.words) == ("Grüße", "Grüße!")
    assert read(b"Content-Transfer-Encoding: base64\nFrom: d@acme.example\n\n!!!not base64").sender == "d@acme.example"
    assert read(b"").message_id.startswith("sha256:")


def test_bombs_are_not_unpacked() -> None:
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(2000))
    assert read(f"From: d@acme.example\n{nested}".encode()).problem == "parts"
    many = b"From: d@acme.example\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 100_000
    assert read(many).problem == "parts"
    assert read(b"From: d@acme.example\n\n" + b"x" * LARGEST).problem == "large"
    assert read(b"A: b\n" * 100_000 + b"\nHello").sender == ""


def test_a_reply_address_is_for_one_reader_and_fits(settings: object) -> None:
    settings.INBOUND_ADDRESS = "desk@desk.example"
    made = reply_address.made_for("Dana@acme.example", about="ESC-1001", customer=True)
    assert len(made.partition("@")[0]) <= 64
    (found,) = reply_address.found_in(["x@y.example", made.upper()])
    assert (found.about, found.side) == ("ESC-1001", "c")
    assert found.is_of("dana@ACME.example")
    assert not found.is_of("mallory@evil.example")
    assert not reply_address.found_in([made.replace("desk.example", "evil.example")])
    other = made.replace("1001", "1002")
    assert not reply_address.found_in([other])[0].is_of("dana@acme.example")
