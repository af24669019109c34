"""Resolve a receiver's host to addresses that are safe to connect to.

A channel must not give its creator access to what only this machine can reach: local services, the
internal network, cloud metadata. Every address of a host is checked, and the caller connects to a
checked address rather than the name, which could resolve differently a moment later.
"""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from task_ledger.notifier.errors import DeliveryFailed

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

_NAT64: Final = IPv6Network("64:ff9b::/96")
_TUNNELS: Final = tuple(map(ip_network, ("2002::/16", "2001::/32", "64:ff9b:1::/48", "::/96")))


def networks_of(text: str | None) -> tuple[Network, ...]:
    """The networks in a comma-separated list.

    Raises:
        ValueError: an entry is not a network.
    """
    return tuple(ip_network(each.strip()) for each in (text or "").split(",") if each.strip())


def plain(address: Address) -> Address:
    """The IPv4 address embedded in an IPv6 address (RFC 4291, RFC 6052), or the address itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if IPv6Address(int(address)) in _NAT64:
            return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def is_public(address: Address) -> bool:
    """Whether an address is public, and is not a tunnel to a private one."""
    address = plain(address)
    if isinstance(address, IPv6Address) and (
        address.scope_id or address.is_site_local or any(address in each for each in _TUNNELS)
    ):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def resolve(host: str, port: int, networks: Sequence[Network]) -> list[tuple[Address, bool]]:
    """A host's addresses, each with whether it is in one of `networks`.

    Args:
        networks: allowed internal networks.

    Raises:
        DeliveryFailed: the host does not resolve, or one of its addresses is neither public nor in
            `networks`.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise DeliveryFailed("its host does not resolve to an address") from error
    addresses = list(dict.fromkeys(ip_address(str(each[4][0])) for each in found))
    inside = [any(plain(each) in network for network in networks) for each in addresses]
    for address, allowed in zip(addresses, inside, strict=True):
        if not allowed and not is_public(address):
            raise DeliveryFailed(
                "its host has an address that is not public; allow its network with"
                " TASK_LEDGER_NOTIFY_NETWORKS"
            )
    return list(zip(addresses, inside, strict=True))
