"""A bounce is believed by the Message-ID that it names, so none may be guessed."""

from typing import Any

from templates_app.seal import sealed


def test_a_sealed_name_is_the_same_each_time_and_nobody_elses_to_make(settings: Any):
    name = sealed("digest.weekly.3.20260302")
    assert name == sealed("digest.weekly.3.20260302") != sealed("digest.weekly.4.20260302")
    settings.SECRET_KEY = "another-desk" * 5
    assert name != sealed("digest.weekly.3.20260302")
