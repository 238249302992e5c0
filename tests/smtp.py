"""A real SMTP server on a free loopback port, that can refuse or be slow.

`@pytest.fixture def smtp(settings)` of `tests/core/notifications/conftest.py` points the portal at it.
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
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.connections = 0
        self.refuse: dict[str, str] = {}
        self.data_answer = ""
        self.delay = delay
        self._lock = threading.Lock()
        self._controller: Controller | None = None
        self.port = 0

    # aiosmtpd's hooks ---------------------------------------------------------

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.data_answer:
            return self.data_answer
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with self._lock:
            self.messages.append(message)
            self.recipients.extend(envelope.rcpt_tos)
        return "250 Accepted"

    # Life -----------------------------------------------------------------------

    def __enter__(self) -> "StubServer":
        stub = self

        class _Controller(Controller):
            def factory(self):
                stub.connections += 1
                return SMTP(self.handler, **self.SMTP_kwargs)

        self._controller = _Controller(self, hostname="127.0.0.1", port=self.port or free_port())
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


def free_port() -> int:
    """A port of the loopback interface where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
