"""A real SMTP server on a free loopback port, that can refuse or be slow.

The fixture `smtp` of `tests/conftest.py` points the portal at it.
"""

import asyncio
import email
import email.policy
import logging
import socket
import threading
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

# It tells every command at INFO.
logging.getLogger("mail.log").setLevel(logging.WARNING)


class StubServer:
    """Keeps what it accepts in `messages`; thread-safe. Use it as a context manager.

    `refuse[address] = "550 5.1.1 Unknown user"` refuses a recipient; `data_answer` answers instead of
    accepting a message; `delay` waits (seconds) before accepting one; `greeting_delay` before speaking.
    """

    def __init__(self, *, delay: float = 0.0) -> None:
        self.contents: list[bytes] = []
        self.recipients: list[str] = []
        self.connections = 0
        self.refuse: dict[str, str] = {}
        self.data_answer = ""
        self.delay = delay
        self._lock = threading.Lock()
        self._controller: Controller | None = None
        self.port = 0

    @property
    def messages(self) -> list[EmailMessage]:
        """The accepted messages, parsed now: while many arrive the server only keeps their bytes."""
        with self._lock:
            contents = list(self.contents)
        return [email.message_from_bytes(content, policy=email.policy.default) for content in contents]

    def accept(self, envelope) -> None:
        with self._lock:
            self.contents.append(envelope.content)
            self.recipients.extend(envelope.rcpt_tos)

    # Life -----------------------------------------------------------------------

    def __enter__(self) -> "StubServer":
        stub = self

        class _Controller(Controller):
            def factory(self):
                stub.connections += 1
                return SMTP(self.handler, **self.SMTP_kwargs)

        self._controller = _Controller(_Handler(self), hostname="127.0.0.1", port=self.port or free_port())
        self._controller.start()
        self.port = self._controller.port
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None

    def wire(self, settings) -> None:
        """Point the portal's settings (pytest-django's fixture) at this server."""
        settings.EMAIL_URL = f"smtp://127.0.0.1:{self.port}"
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = self.port
        settings.EMAIL_TIMEOUT = 5


class _Handler:
    """aiosmtpd's hooks. Apart from the server: aiosmtpd reads every attribute at each connection."""

    def __init__(self, stub: StubServer) -> None:
        self._stub = stub

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in self._stub.refuse:
            return self._stub.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self._stub.delay:
            await asyncio.sleep(self._stub.delay)
        if self._stub.data_answer:
            return self._stub.data_answer
        self._stub.accept(envelope)
        return "250 Accepted"


def free_port() -> int:
    """A port of the loopback interface where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
