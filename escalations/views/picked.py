"""The tickets that somebody ticked in a list: `t=ESC-1001&t=ESC-1002`."""

from django.http import QueryDict

from escalations.models.ticket import primary_key_of

MOST = 100  # at once


def picked_keys(params: QueryDict) -> list[int]:
    """Each once, in the order given, as far as they are numbers of tickets; one more than allowed at most."""
    keys = (primary_key_of(number) for number in params.getlist("t"))
    return list(dict.fromkeys(key for key in keys if key))[: MOST + 1]
