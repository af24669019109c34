"""Channels: what can be saved, and who can read it."""

import psycopg
import pytest
from psycopg import sql

from task_ledger.notifier.channels import Kind, delete_channel, list_channels, save_channel
from task_ledger.notifier.errors import InvalidChannel
from task_ledger.notifier.notifications import send_test
from task_ledger.notifier.rules import Trigger, list_rules
from tests.task_ledger.notifier.house import House

URL = "https://hook.example:8443/T0/hidden"
SECRET = "whsec_" + "A" * 32


def test_listed_channels_have_neither_path_nor_secret(ledger: House) -> None:
    ledger.channel(URL)
    (channel,) = list_channels(ledger.api)
    assert (channel.name, channel.kind, channel.shown) == ("ops", Kind.WEBHOOK, "hook.example:8443")


@pytest.mark.parametrize("column", ["address", "secret"])
def test_the_api_cannot_read_what_it_has_written(ledger: House, column: str) -> None:
    ledger.channel(URL)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ledger.api.execute(
            sql.SQL("SELECT {} FROM task_ledger.notification_channel").format(
                sql.Identifier(column)
            )
        )


def test_a_secret_is_drawn_or_given_and_returned_once(ledger: House) -> None:
    drawn = ledger.channel(URL)
    assert drawn.startswith("whsec_")
    assert ledger.channel(URL) != drawn
    assert save_channel(ledger.api, "ops", Kind.WEBHOOK, URL, actor="anna", secret=SECRET) == SECRET
    assert len(list_channels(ledger.api)) == 1


def test_a_deleted_channel_takes_its_rules_and_notifications_with_it(ledger: House) -> None:
    ledger.channel(URL)
    ledger.rule(Trigger.FAILED)
    send_test(ledger.api, "ops", actor="anna")
    assert delete_channel(ledger.api, "ops", actor="anna")
    assert not delete_channel(ledger.api, "ops", actor="anna")
    assert (list_rules(ledger.api), ledger.made()) == ([], [])
    with pytest.raises(InvalidChannel, match="no channel ops"):
        send_test(ledger.api, "ops", actor="anna")


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (Kind.WEBHOOK, "ftp://hook.example/"),
        (Kind.WEBHOOK, "https://"),
        (Kind.WEBHOOK, "https://anna:secret@hook.example/"),
        (Kind.WEBHOOK, "https://hook.example/a b"),
        (Kind.WEBHOOK, "https://hook.example/\r\nx: y"),
        (Kind.WEBHOOK, "https://hook.example:port/"),
        (Kind.SLACK, "https://[::1/"),
        (Kind.MAIL, "anna"),
        (Kind.MAIL, "anna@example.com\r\nBcc: eve@example.com"),
        (Kind.MAIL, "anna@example.com,"),
        (Kind.MAIL, "a" * 1001 + "@example.com"),
    ],
)
def test_an_invalid_address_is_refused(ledger: House, kind: Kind, address: str) -> None:
    with pytest.raises(InvalidChannel):
        ledger.channel(address, kind=kind)
    assert list_channels(ledger.api) == []


@pytest.mark.parametrize("name", ["", "Ops", "a b", "-a", "a" * 65])
def test_an_invalid_name_is_refused(ledger: House, name: str) -> None:
    with pytest.raises(InvalidChannel):
        ledger.channel(URL, name)


@pytest.mark.parametrize("secret", ["A" * 32, "whsec_!", "whsec_" + "A" * 8])
def test_an_invalid_secret_is_refused(ledger: House, secret: str) -> None:
    with pytest.raises(InvalidChannel):
        save_channel(ledger.api, "ops", Kind.WEBHOOK, URL, actor="anna", secret=secret)
