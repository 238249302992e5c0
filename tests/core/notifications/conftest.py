import pytest

from tests.smtp import StubServer


@pytest.fixture
def smtp(settings):
    """The portal's mail server for this test: real SMTP on loopback."""
    with StubServer() as server:
        server.wire(settings)
        yield server
