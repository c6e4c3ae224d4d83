import pytest
from hypothesis import settings

from tests.templates_app.outbox import Desk

settings.register_profile("any machine", deadline=None)  # a busy one is slow now and then, which proves nothing
settings.load_profile("any machine")


@pytest.fixture
def desk() -> Desk:
    return Desk()
