"""Delivering one notification to its channel."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from task_ledger.notifier.channels import Kind
from task_ledger.notifier.errors import DeliveryFailed
from task_ledger.notifier.http_post import post
from task_ledger.notifier.message import (
    Subject,
    body_of,
    data_of,
    lines_of,
    slack_body,
    title_of,
)
from task_ledger.notifier.public_address import Network, networks_of
from task_ledger.notifier.smtp import MailServer
from task_ledger.notifier.standard_webhooks import signed_headers
from task_ledger.ops.settings import Settings

_JSON = {"content-type": "application/json", "user-agent": "task-ledger"}


@dataclass(frozen=True, slots=True)
class Destination:
    """A channel with its address and secret. Only the notifier may read it; never log it."""

    name: str
    kind: Kind
    address: str
    secret: str | None

    def __repr__(self) -> str:
        return f"Destination({self.name!r})"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How notifications are delivered.

    Attributes:
        networks: allowed internal networks.
        timeout_s: timeout of one try, in seconds.
        mail: None if no mail server is configured.
        page_url: the page's public address.
    """

    networks: Sequence[Network]
    timeout_s: float
    mail: MailServer | None
    page_url: str | None

    @classmethod
    def of(cls, settings: Settings) -> "Delivery":
        """From the settings."""
        return cls(
            networks_of(settings.notify_networks),
            settings.notify_timeout_s,
            MailServer.of(settings),
            settings.page_url,
        )

    def send(self, subject: Subject, to: Destination) -> None:
        """Send a notification; return once the receiver has accepted it.

        Raises:
            DeliveryFailed: it was not accepted.
        """
        data = data_of(subject, self.page_url)
        title, lines = title_of(subject, data), lines_of(data)
        match to.kind:
            case Kind.MAIL:
                if self.mail is None:
                    raise DeliveryFailed("set TASK_LEDGER_SMTP_URL and TASK_LEDGER_SMTP_FROM")
                text = "\n".join([title, "", *lines, ""])
                addresses = to.address.split(",")
                self.mail.send(str(subject.key), addresses, title, text, timeout_s=self.timeout_s)
            case Kind.SLACK:
                self._post(to, slack_body(title, lines), {})
            case Kind.WEBHOOK:
                body = body_of(subject, data)
                signed = signed_headers(
                    to.secret or "", f"msg_{subject.key}", int(time.time()), body
                )
                self._post(to, body, signed)

    def _post(self, to: Destination, body: bytes, headers: dict[str, str]) -> None:
        post(
            to.address,
            body,
            _JSON | headers,
            networks=self.networks,
            timeout_s=self.timeout_s,
        )
