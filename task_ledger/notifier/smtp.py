"""Send mail through the configured SMTP server."""

import smtplib
import ssl
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from threading import Timer
from time import monotonic
from urllib.parse import unquote, urlsplit

from task_ledger.notifier.errors import DeliveryFailed
from task_ledger.notifier.http_post import shut
from task_ledger.ops.settings import Settings


@dataclass(frozen=True, slots=True)
class MailServer:
    """The SMTP server and the sender's address.

    Attributes:
        url: smtp://user:password@host:587, which uses STARTTLS if the server offers it, or
            smtps://, with TLS from the start. The password is only sent over TLS.
        sender: the address in From.
    """

    url: str
    sender: str

    @classmethod
    def of(cls, settings: Settings) -> "MailServer | None":
        """The configured server; None if there is none."""
        if settings.smtp_url is None or settings.smtp_from is None:
            return None
        return cls(settings.smtp_url.get_secret_value(), settings.smtp_from)

    def send(
        self, key: str, to: Sequence[str], subject: str, text: str, *, timeout_s: float
    ) -> None:
        """Send one mail; return once the server has accepted it for every recipient.

        Args:
            key: identifies the mail across tries, in its Message-ID.
            timeout_s: timeout of the whole delivery in seconds; connecting, the TLS handshake and
                the server's greeting may each take as long again.

        Raises:
            DeliveryFailed: it was not accepted. Lasting if some recipients got it and the others
                were refused permanently, because a retry would send it twice.
        """
        end = monotonic() + timeout_s
        mail = EmailMessage()
        mail["From"] = self.sender
        mail["To"] = ", ".join(to)
        mail["Subject"] = subject
        mail["Message-ID"] = f"<{key}@{self.sender.rpartition('@')[2]}>"
        mail.set_content(text)
        try:
            server = self._connected(timeout_s)
            with closing(server), _ended_at(end, server):
                self._log_in(server)
                refused = server.send_message(mail, self.sender, list(to))
                # Already accepted; a failing QUIT does not matter.
                with suppress(OSError, smtplib.SMTPException):
                    server.quit()
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryFailed(
                f"the mail server did not accept it: {type(error).__name__}"
            ) from error
        if refused:
            raise DeliveryFailed(
                f"the mail server refused {len(refused)} of the recipients",
                lasting=all(code >= 500 for code, _ in refused.values()),
            )

    def _connected(self, timeout_s: float) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        if parts.scheme == "smtps":
            return smtplib.SMTP_SSL(
                host, parts.port or 465, timeout=timeout_s, context=ssl.create_default_context()
            )
        return smtplib.SMTP(host, parts.port or 587, timeout=timeout_s)

    def _log_in(self, server: smtplib.SMTP) -> None:
        secure = isinstance(server, smtplib.SMTP_SSL)
        if not secure:
            server.ehlo()
            if secure := server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
        parts = urlsplit(self.url)
        if parts.username is not None:
            if not secure:
                raise DeliveryFailed("the mail server offers no TLS, so no password was sent")
            server.login(unquote(parts.username), unquote(parts.password or ""))


@contextmanager
def _ended_at(end: float, server: smtplib.SMTP) -> Generator[None]:
    """Close the connection at this `monotonic` time; socket timeouts limit single steps only."""
    timer = Timer(max(end - monotonic(), 0), lambda: server.sock and shut(server.sock))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
