#!/usr/bin/env python3
"""Say at once when the port of `make run` is taken, before minutes of set-up.

python3 bin/check_port.py HOST PORT
"""

import errno
import socket
import sys


def main(host: str, port: str) -> int:
    if not port.isdigit() or not 0 < int(port) < 65536:
        print(f"PORT={port}: expected a number from 1 to 65535.", file=sys.stderr)
        return 1
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                print(f"The address {host}:{port} cannot be used: {error.strerror}.", file=sys.stderr)
            else:
                print(
                    f"Port {port} is taken, perhaps by another `make run`. "
                    f"End it with `make stop`, or choose another port: make run PORT={int(port) + 1}",
                    file=sys.stderr,
                )
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
