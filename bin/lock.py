#!/usr/bin/env python3
"""Lock the packages: requirements/*.in to requirements/*.txt, with versions and hashes, for Python ≥ 3.11.

No address of a registry is written, so that the files are the same wherever they were made.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    for name in ("base", "dev", "node"):
        source = ROOT / "requirements" / f"{name}.in"
        result = subprocess.run(
            [
                *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--upgrade"),
                *("--universal", "--python-version", "3.11", "--generate-hashes"),
                *("--no-emit-index-url", "--no-header"),
                *(str(source.relative_to(ROOT)), "-o", f"requirements/{name}.txt"),
            ],
            cwd=ROOT,
            check=False,
        )
        if result.returncode:
            return result.returncode
    return subprocess.run(
        ["npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=ROOT / "config" / "assets",
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
