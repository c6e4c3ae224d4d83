"""Writes down anew what can be found in each ticket."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from escalations.search import rebuild
from escalations.search.setup import add_trigrams


class Command(BaseCommand):
    help = "Write the search index anew, a batch a transaction. It may be stopped and run again at any time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--missing", action="store_true", help="only tickets that are not in the index")

    def handle(self, *args: Any, missing: bool = False, **options: Any) -> None:
        problem = add_trigrams()
        if problem and options["verbosity"]:
            self.stderr.write(problem)
        done = 0
        for done in rebuild(missing=missing):
            if options["verbosity"] > 1:
                self.stdout.write(f"{done:,} tickets so far")
        if options["verbosity"]:
            self.stdout.write(f"{done:,} tickets indexed.")
