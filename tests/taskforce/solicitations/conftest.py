"""An unknown name in a template is an error."""

import pytest

from tests.project.strict import make_strict


@pytest.fixture(autouse=True)
def _strict_templates(monkeypatch):
    make_strict(monkeypatch)
