"""Who may import whom (docs/architecture.md); the contracts stand in pyproject.toml."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def _lint(folder):
    return subprocess.run([LINT_IMPORTS, "--no-cache"], cwd=folder, capture_output=True, text=True)


def test_the_contracts_hold():
    result = _lint(ROOT)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("core/text.py", "from taskforce.models import Person"),
        ("taskforce/enums.py", "import meetings.models"),
        ("taskforce/models/people.py", "from taskforce.services import people"),
        ("meetings/models/meetings.py", "import celery"),
    ],
)
def test_a_wrong_import_is_seen(tmp_path, module, line):
    for name in ("config", "core", "taskforce", "interventions", "meetings"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a") as file:
        file.write(f"\n{line}\n")

    result = _lint(tmp_path)

    assert result.returncode == 1
    assert "BROKEN" in result.stdout
