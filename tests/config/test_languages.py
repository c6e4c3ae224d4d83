"""English and German: who sees which, and a catalogue that cannot break a page."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils import translation

from contacts.models import User
from templates_app import mail
from tests.templates_app.outbox import message

CATALOGUES = sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.po"))
ENGLISH_ONLY = re.compile(r"/api/|^config/rest/|/admin\.py$")
MOST_EMPTY = 0.02
AMOUNTS = {"%(n)s", "%(count)s", "%(count)d", "%d"}  # a singular may do without
PLACEHOLDER = re.compile(r"%\(\w+\)[#0 +-]*[\d.]*[a-z]|%[dsf]|\{\w+\}")


def entries(path: Path) -> Iterator[Message]:
    with path.open("rb") as source:
        yield from (entry for entry in read_po(source, abort_invalid=True) if entry.id)


@pytest.fixture
def casey(db: None) -> User:
    return User.objects.create(username="casey", email="casey@desk.example")


@pytest.fixture
def desk(words_are_built: None, casey: User, client: Client) -> Client:
    client.force_login(casey)
    return client


# --- the catalogue ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_translation_keeps_its_placeholders(path: Path):
    wrong = []
    for entry in entries(path):
        ids, strings = (x if isinstance(x, tuple) else (x,) for x in (entry.id, entry.string))
        allowed = {found for text in ids for found in PLACEHOLDER.findall(str(text))}
        needed = set(PLACEHOLDER.findall(str(ids[-1]))) - AMOUNTS
        for text in filter(None, strings):
            used = set(PLACEHOLDER.findall(str(text)))
            if not needed <= used <= allowed:
                wrong.append((entry.id, text))
    assert wrong == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_hardly_a_text_of_the_pages_is_left_in_english(path: Path):
    """A few may wait for their translation; the API and what only programs read stay English."""
    of_pages = [entry for entry in entries(path) if any(not ENGLISH_ONLY.search(name) for name, _ in entry.locations)]
    empty = [entry.id for entry in of_pages if not all(entry.string if entry.pluralizable else [entry.string])]
    assert len(empty) <= len(of_pages) * MOST_EMPTY, empty


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_nothing_is_fuzzy_and_lines_begin_and_end_alike(path: Path):
    assert [entry.id for entry in entries(path) if entry.fuzzy] == []
    texts = [(entry.id, entry.string) for entry in entries(path) if isinstance(entry.id, str) and entry.string]
    assert [pair for pair in texts if pair[0].startswith("\n") != pair[1].startswith("\n")] == []
    assert [pair for pair in texts if pair[0].endswith("\n") != pair[1].endswith("\n")] == []


def test_there_is_a_catalogue_for_every_language_and_it_compiles():
    assert {path.parts[-3] for path in CATALOGUES} == {code for code, _name in settings.LANGUAGES} - {"en"}
    for path in CATALOGUES:
        with path.open("rb") as source:
            compiled = BytesIO()
            write_mo(compiled, read_po(source))
        assert compiled.tell() > 1000


# --- who sees which --------------------------------------------------------------------------------------------------


def test_a_persons_choice_counts_before_the_browsers(desk: Client, casey: User):
    User.objects.filter(pk=casey.pk).update(language="de")
    response = desk.get("/settings/", headers={"accept-language": "en"})
    assert '<html lang="de"' in response.content.decode()
    assert response["Content-Language"] == "de"
    assert "Einstellungen" in response.content.decode()


def test_without_a_choice_the_browser_is_asked(desk: Client):
    assert '<html lang="de"' in desk.get("/settings/", headers={"accept-language": "de-AT,de;q=0.9"}).content.decode()
    assert '<html lang="en"' in desk.get("/settings/", headers={"accept-language": "fi"}).content.decode()


def test_the_page_before_the_sign_in_asks_the_browser_too(client: Client, db: None, words_are_built: None):
    html = client.get("/accounts/login/", headers={"accept-language": "de"}).content.decode()
    assert "Anmelden" in html


def test_one_persons_language_does_not_stay_for_the_next_request(desk: Client, casey: User):
    User.objects.filter(pk=casey.pk).update(language="de")
    desk.get("/settings/")
    assert translation.get_language() == "en"


def test_a_mail_speaks_its_readers_language_whoever_looks_at_it(words_are_built: None):
    row = message()
    with translation.override("de"):
        assert "What is asked of you" in mail.compose([row]).text
    row.context["language"] = "de"
    assert "What is asked of you" not in mail.compose([row]).text
