"""Days and amounts as each language writes them."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from config.templatetags.figures import SHAPES, dated, day, in_marks, money
from config.templatetags.ui import ago, clock_time
from templates_app import moments

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
MARCH = datetime(2025, 3, 1, 12, 5, tzinfo=UTC)


@pytest.fixture(params=["en", "de"])
def language(request, words_are_built, settings):
    settings.TIME_ZONE = "UTC"
    with translation.override(request.param):
        yield request.param


def test_days(language):
    english = ("1 Mar 2025", "Sat 1 Mar 2025, 12:05", "1 Oct", "on 1 Mar 2025", "1 Mar 2025 12:05")
    german = ("1. März 2025", "Sa, 1. März 2025, 12:05", "1. Okt.", "am 1. März 2025", "1. März 2025 12:05")
    shown = (dated(MARCH), dated(MARCH, "D j M Y, H:i"), day(date(2026, 10, 1), AT), ago(MARCH, AT))
    assert (*shown, clock_time(MARCH, AT)) == {"en": english, "de": german}[language]


def test_amounts(language):
    english = ("£1.26 m", "€240 k", "CHF 950", "$2.50 bn", "1,200.50", "€9,500")
    german = ("1,26 Mio. £", "240 Tsd. €", "950 CHF", "2,50 Mrd. $", "1.200,50", "9.500 €")
    shown = (money(1_260_000, "GBP"), money(240_000), money(950, "CHF"), money(2.5e9, "USD"), in_marks("1,200.50"))
    words = (*shown, moments.money("9500.50", "EUR"))
    assert tuple(text.replace("\u00a0", " ") for text in words) == {"en": english, "de": german}[language]


def test_amounts_side_by_side_have_the_same_digits():
    amounts = (1_700_000, 6_000_000, 12_340_000, 152_000_000, 999_600, 999_999_999, 1.2e12, 1_500, 999, -1_700_000)
    shown = "€1.70 m €6.00 m €12.3 m €152 m €1.00 m €1.00 bn €1200 bn €1.5 k €999 €-1.70 m"
    assert " ".join(money(amount) for amount in amounts) == shown


def test_every_shape_that_templates_ask_for_is_known():
    pages = (page.read_text() for page in Path(settings.BASE_DIR).glob("*/templates/**/*.html"))
    asked = {shape for page in pages for shape in re.findall(r'\|dated:"([^"]*)"', page)}
    assert asked
    assert asked <= set(SHAPES)
