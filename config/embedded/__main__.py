"""`python -m config.embedded status|stop [VAR_DIR]`; the guardian is `python -I config/embedded guard …`."""

import sys

if __package__:
    from .cli import main
else:
    # Run as a folder, under a name of its own: config/__init__.py (Celery, Django) stays out of the guardian.
    import importlib.util
    from pathlib import Path

    spec = importlib.util.spec_from_file_location("embedded", Path(__file__).with_name("__init__.py"))
    if spec is None or spec.loader is None:
        raise ImportError("config/embedded is incomplete")
    package = sys.modules["embedded"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(package)
    from embedded.cli import main  # type: ignore[no-redef]

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
