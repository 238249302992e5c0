"""What the command line asks for: a state, a stop, or the guardian itself."""

import os
import sys
from pathlib import Path

from .client import SERVICES, status, stop
from .guardian import Guardian
from .service import Service
from .tools import say, write_atomically

USAGE = "python -m config.embedded status|stop [VAR_DIR]"


def _guard(service: Service, lock: int) -> None:
    # The caller waits for this process only: the guardian is its child, in a session of its own, and
    # nobody's zombie.
    if os.fork():
        os._exit(0)
    try:
        Guardian(service).run(lock)
    except Exception as error:
        say(f"{type(error).__name__}: {error}")
        write_atomically(service.failure_file, f"{error}")
        raise


def main(arguments: list[str]) -> int:
    match arguments:
        case ["guard", name, var_dir, lock]:
            _guard(SERVICES[name](var_dir), int(lock))
        case ["status" | "stop" as verb, *rest] if len(rest) <= 1:
            default = Path(__file__).resolve().parents[2] / "var"
            var_dir = rest[0] if rest else os.environ.get("SOCLE_VAR_DIR") or str(default)
            for service in (kind(var_dir) for kind in SERVICES.values()):
                if verb == "status":
                    print(status(service))
                else:
                    print(f"{service.label}: {'stopped' if stop(service) else 'was not running'}")
        case _:
            print(USAGE, file=sys.stderr)
            return 2
    return 0
