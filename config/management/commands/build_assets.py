"""Builds what is not kept in the repository: the typeface, cut down to what pages use, and the translations."""

from pathlib import Path
from typing import Any

import fontpkg_inter
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from fontTools.subset import Options, Subsetter, parse_unicodes
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

SOURCE = Path(fontpkg_inter.ROOT) / "files" / "Inter[opsz,wght].ttf"
TARGET = settings.BASE_DIR / "config" / "static" / "build" / "inter.woff2"

# Latin with accents, and the punctuation, arrows and marks that pages use.
CHARACTERS = (
    "0020-007E,00A0-017F,0218-021B,02C6,02DA,02DC,1E9E,2010-2015,2018-201E,2020-2022,2026,202F,2030,2032,2033,"
    "2039,203A,20AC,2116,2122,2190-2193,2197,2212,2248,2260,2264,2265,25CF,2713,2715"
)
# Without contextual alternates: arrows made of hyphens, and four kilobytes for them.
FEATURES = ["kern", "ccmp", "locl", "tnum"]


class Command(BaseCommand):
    help = "Build config/static/build/ from installed packages, and locale/*/LC_MESSAGES/*.mo from the .po beside them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", nargs="?", choices=["font", "words"], help="Only one of the two.")

    def handle(self, *args: Any, what: str | None = None, **options: Any) -> None:
        if what != "words":
            self.build_font()
        if what != "font":
            self.build_words()

    def build_words(self) -> None:
        """Fuzzy entries are left out: nobody has looked at them."""
        for source in sorted(
            path for folder in settings.LOCALE_PATHS for path in Path(folder).glob("*/LC_MESSAGES/*.po")
        ):
            with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
                write_mo(mo, read_po(po, abort_invalid=True))
            self.stdout.write(f"{source.relative_to(settings.BASE_DIR).with_suffix('.mo')}")

    def build_font(self) -> None:
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        font = TTFont(SOURCE)
        self.cut_down(font)  # before pinning the axes, which drops the variations that the subsetter looks for
        font = instantiateVariableFont(font, {"opsz": 14, "wght": (400, 700)})
        font.flavor = "woff2"
        font.save(TARGET)
        self.stdout.write(f"{TARGET.relative_to(settings.BASE_DIR)}: {TARGET.stat().st_size // 1024} KB")

    def cut_down(self, font: TTFont) -> None:
        subsetter = Subsetter(Options(layout_features=FEATURES))
        subsetter.populate(unicodes=parse_unicodes(CHARACTERS))
        subsetter.subset(font)
