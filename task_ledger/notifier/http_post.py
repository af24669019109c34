"""POST to an untrusted address."""

import socket
import ssl
from collections.abc import Mapping, Sequence
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from time import monotonic
from urllib.parse import urlsplit

from task_ledger.notifier.errors import DeliveryFailed
from task_ledger.notifier.public_address import Network, resolve


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    networks: Sequence[Network],
    timeout_s: float,
) -> None:
    """Post `body`; return once the receiver has answered with a status of 200 to 299.

    Connects to a checked address of the host (see `public_address`). Follows no redirects, uses no
    proxy, and reads only the head of the response. Verifies TLS certificates; plain http is limited
    to addresses in `networks`.

    Args:
        networks: allowed internal networks.
        timeout_s: timeout of the whole request, in seconds; name resolution has a limit of its own.

    Raises:
        DeliveryFailed: the message was not accepted. 410 (Gone) is lasting.
    """
    end = monotonic() + timeout_s
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    addresses = resolve(host, port, networks)
    if not secure and not all(inside for _, inside in addresses):
        raise DeliveryFailed(
            "its address is http, which only TASK_LEDGER_NOTIFY_NETWORKS allows; use https"
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    late = f"it did not answer within {timeout_s:g} s"
    try:
        status = _status(
            _connected([str(address) for address, _ in addresses], port, end),
            HTTPSConnection(host, port) if secure else HTTPConnection(host, port),
            (path, body, headers),
            end,
        )
    except (OSError, HTTPException) as error:
        if monotonic() >= end or isinstance(error, TimeoutError):
            raise DeliveryFailed(late) from error
        raise DeliveryFailed(f"it cannot be reached: {type(error).__name__}") from error
    if not 200 <= status < 300:
        raise DeliveryFailed(f"it answered with status {status}", lasting=status == 410)


def _connected(addresses: Sequence[str], port: int, end: float) -> socket.socket:
    trouble: OSError = TimeoutError()
    for address in addresses:
        if (left := end - monotonic()) <= 0:
            break
        try:
            return socket.create_connection((address, port), left)
        except OSError as error:
            trouble = error
    raise trouble


def _status(
    raw: socket.socket,
    connection: HTTPConnection,
    request: tuple[str, bytes, Mapping[str, str]],
    end: float,
) -> int:
    sock = raw
    if isinstance(connection, HTTPSConnection):
        sock = _tls().wrap_socket(
            raw, server_hostname=connection.host, do_handshake_on_connect=False
        )
    # A socket's own timeout starts anew with each octet of a slow answer.
    timer = Timer(max(end - monotonic(), 0), shut, [sock])
    timer.daemon = True
    with sock:
        timer.start()
        try:
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            connection.auto_open = 0  # never connect by name
            connection.sock = sock
            path, body, headers = request
            connection.request("POST", path, body, dict(headers))
            status = connection.getresponse().status
            # http.client does not tell a truncated head from a complete one.
            if monotonic() >= end:
                raise TimeoutError
            return status
        finally:
            timer.cancel()


def shut(sock: socket.socket) -> None:
    """End a connection that another thread is using, if it is still open."""
    try:
        # Not the method of a TLS socket, which another thread is using.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return  # already closed


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
