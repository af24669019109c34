"""Sending mail through the configured SMTP server."""

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from task_ledger.notifier.errors import DeliveryFailed
from task_ledger.ops.settings import Settings


@dataclass(frozen=True, slots=True)
class MailServer:
    """The SMTP server, and whom mail is from.

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
        """Send one mail and return once the server has accepted it for every receiver.

        Args:
            key: identifies the mail at each try, in its Message-ID.
            timeout_s: seconds that each step may take.

        Raises:
            DeliveryFailed: it was not accepted.
        """
        mail = EmailMessage()
        mail["From"] = self.sender
        mail["To"] = ", ".join(to)
        mail["Subject"] = subject
        mail["Message-ID"] = f"<{key}@{self.sender.rpartition('@')[2]}>"
        mail.set_content(text)
        try:
            with self._connected(timeout_s) as server:
                refused = server.send_message(mail, self.sender, list(to))
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryFailed(
                f"the mail server did not accept it: {type(error).__name__}"
            ) from error
        if refused:
            raise DeliveryFailed(f"the mail server refused {len(refused)} of its receivers")

    def _connected(self, timeout_s: float) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, tls = parts.hostname or "", ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, parts.port or 465, timeout=timeout_s, context=tls
            )
            secure = True
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=timeout_s)
            server.ehlo()
            if secure := server.has_extn("starttls"):
                server.starttls(context=tls)
        if parts.username is not None:
            if not secure:
                server.close()
                raise DeliveryFailed("the mail server offers no TLS, so no password was sent")
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server
