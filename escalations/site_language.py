"""What is kept, or goes to others, is written in the site's language, whoever happens to press the button."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.utils import translation

P = ParamSpec("P")
R = TypeVar("R")


def site_language() -> AbstractContextManager[None]:
    return translation.override(settings.LANGUAGE_CODE)


def in_site_language(words: Callable[P, R]) -> Callable[P, R]:
    """For functions that put something into words for others than the reader of this page."""

    @wraps(words)
    def worded(*args: P.args, **kwargs: P.kwargs) -> R:
        with site_language():
            return words(*args, **kwargs)

    return worded
