"""No notification reaches what only this machine can reach."""

import socket
from ipaddress import ip_address
from typing import Any

import pytest

from task_ledger.notifier.errors import DeliveryFailed
from task_ledger.notifier.http_post import post
from task_ledger.notifier.public_address import is_public, networks_of
from tests.task_ledger.notifier.receiver import Receiver, status

INSIDE = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254",
    "172.16.0.1", "192.0.0.1", "192.168.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::7f00:1",
    "2002:7f00:1::", "2001:0:7f00:1::", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%1",
    "fec0::1", "ff02::1", "2001:db8::1",
]  # fmt: skip

PUBLIC = ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"]


@pytest.mark.parametrize("address", INSIDE)
def test_an_internal_address_is_refused(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_accepted(address: str) -> None:
    assert is_public(ip_address(address))


def send(url: str, networks: str = "") -> None:
    post(url, b"{}", {}, networks=networks_of(networks), timeout_s=5)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "0",
        "[::ffff:127.0.0.1]",
    ],
)
def test_this_machine_is_not_reached_by_any_of_its_names(receiver: Receiver, host: str) -> None:
    with pytest.raises(DeliveryFailed, match="TASK_LEDGER_NOTIFY_NETWORKS"):
        send(receiver.url(host))
    assert receiver.received == []


def test_this_machine_is_reached_if_its_network_is_allowed(receiver: Receiver) -> None:
    send(receiver.url(), "10.0.0.0/8, 127.0.0.0/8")
    assert len(receiver.received) == 1


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let names resolve to one list of addresses after the other; the names that were asked for."""
    asked: list[str] = []
    waiting = list(answers)

    def getaddrinfo(host: str, port: Any, *_: Any, **__: Any) -> list[Any]:
        try:
            found = [str(ip_address(host))]
        except ValueError:
            asked.append(host)
            found = waiting.pop(0)
        family = [socket.AF_INET6 if ":" in each else socket.AF_INET for each in found]
        return [
            (kind, socket.SOCK_STREAM, 6, "", (each, port))
            for kind, each in zip(family, found, strict=True)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def test_a_host_with_one_internal_address_among_public_ones_is_refused(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    resolving(monkeypatch, ["93.184.216.34", "127.0.0.1"])
    with pytest.raises(DeliveryFailed, match="not public"):
        send(receiver.url("hook.example"))
    assert receiver.received == []


def test_a_name_is_resolved_once_and_the_checked_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    asked = resolving(monkeypatch, ["127.0.0.1"], ["203.0.113.1"])
    send(receiver.url("hook.example"), "127.0.0.1/32")
    assert asked == ["hook.example"]
    assert receiver.received[0].headers["host"] == f"hook.example:{receiver.port}"


def test_a_redirect_to_an_internal_address_is_not_followed(receiver: Receiver) -> None:
    receiver.answers = [status(307, location=receiver.url("localhost", "/inside"))]
    with pytest.raises(DeliveryFailed, match="307"):
        send(receiver.url(), "127.0.0.1/32")
    assert [each.path for each in receiver.received] == ["/hook"]


def test_a_proxy_from_the_environment_is_not_used(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    send(receiver.url(), "127.0.0.1/32")
    assert len(receiver.received) == 1


def test_plain_http_to_a_public_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ["93.184.216.34"])
    with pytest.raises(DeliveryFailed, match="https"):
        send("http://hook.example/")


def test_an_unresolvable_host_has_failed() -> None:
    with pytest.raises(DeliveryFailed, match="does not resolve"):
        send("https://no-such-host.invalid/")
