"""Channels: where notifications can be sent.

Their addresses and secrets can be written but not read again, except by the notifier, because a
webhook's address often holds a secret itself. Every function runs on the psycopg connection that it
is given, with the role of the API, and commits if that is on autocommit.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from psycopg import Connection

from task_ledger.eventlog.database import ledger_errors, query
from task_ledger.notifier.errors import InvalidChannel
from task_ledger.notifier.standard_webhooks import key_of, new_secret

_PACKAGE: Final = "task_ledger.notifier"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_MAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class Kind(StrEnum):
    """The kind of a channel: its format and transport."""

    WEBHOOK = "webhook"
    SLACK = "slack"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as everybody may see it.

    Attributes:
        shown: the host of a webhook, the addresses of a mail.
    """

    name: str
    kind: Kind
    shown: str
    made_by: str
    made_at: datetime


def save_channel(
    connection: Connection[Any],
    name: str,
    kind: Kind,
    address: str,
    *,
    actor: str,
    secret: str | None = None,
) -> str | None:
    """Save a channel, replacing one of the same name.

    Args:
        name: 1 to 64 small letters, digits, `_`, `.` and `-`.
        address: an http or https URL, or comma-separated mail addresses.
        secret: signs a webhook's messages; a new one is drawn by default.

    Returns:
        The webhook's secret, for its receiver; None for the other kinds.

    Raises:
        InvalidChannel: nothing was saved.
    """
    if not _NAME.fullmatch(name):
        raise InvalidChannel(
            "a channel's name has 1 to 64 small letters, digits, _, . and -, and begins with a"
            " letter or digit"
        )
    shown = _shown(kind, address)
    if kind is Kind.WEBHOOK:
        secret = secret or new_secret()
        try:
            key_of(secret)
        except ValueError as error:
            raise InvalidChannel(str(error)) from None
    elif secret is not None:
        raise InvalidChannel("only a webhook has a secret")
    values = {
        "name": name,
        "kind": str(kind),
        "address": address,
        "secret": secret,
        "shown": shown,
        "made_by": actor,
    }
    with ledger_errors(), connection.transaction():
        if not connection.execute(query("update_channel", _PACKAGE), values).rowcount:
            connection.execute(query("insert_channel", _PACKAGE), values)
    return secret


def list_channels(connection: Connection[Any]) -> list[Channel]:
    """All channels, by name."""
    with ledger_errors():
        rows = connection.execute(query("channels", _PACKAGE)).fetchall()
    return [Channel(name, Kind(kind), *rest) for name, kind, *rest in rows]


def delete_channel(connection: Connection[Any], name: str) -> bool:
    """Delete a channel with its rules and notifications. False if there is none of this name."""
    with ledger_errors():
        return bool(connection.execute(query("delete_channel", _PACKAGE), {"name": name}).rowcount)


def _shown(kind: Kind, address: str) -> str:
    if len(address) > 1000 or not all("!" <= c <= "~" for c in address):
        raise InvalidChannel("an address has at most 1000 ASCII characters, and no spaces")
    if kind is Kind.MAIL:
        if not all(_MAIL.fullmatch(each) for each in address.split(",")):
            raise InvalidChannel("write mail addresses as anna@example.com,ben@example.com")
        return address
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host:
        raise InvalidChannel("write a webhook's address as https://example.com/path")
    if parts.username is not None:
        raise InvalidChannel("an address has no user and no password")
    return host if port is None else f"{host}:{port}"
