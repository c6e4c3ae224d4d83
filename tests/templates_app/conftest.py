import pytest

from tests.templates_app.outbox import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()
