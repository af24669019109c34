"""Connections to the broker that wait for it for a limited time."""

from typing import Any, Final

from kombu import Connection


def limited(url: str, timeout_s: int) -> dict[str, Any]:
    """Transport options with which a broker that is frozen, not stopped, is given up.

    Its kernel takes connections and commands; without these, an answer is waited for without limit.

    Args:
        url: the broker's address, which decides which options there are.
        timeout_s: seconds to wait for a connection, an answer or a full send buffer.
    """
    if "amqp" in url.partition("://")[0]:
        return {"read_timeout": timeout_s, "write_timeout": timeout_s}
    return {
        "socket_timeout": timeout_s,
        "socket_connect_timeout": timeout_s,
        "socket_keepalive": True,
    }


def reach(url: str, timeout_s: int) -> Connection:
    """A connection to a broker that answers; the caller closes it.

    Raises:
        Exception: it does not within about `timeout_s`; each transport has errors of its own.
    """
    connection: Final = Connection(
        url, connect_timeout=timeout_s, transport_options=limited(url, timeout_s)
    )
    try:
        connection.ensure_connection(max_retries=1, timeout=timeout_s)
    except BaseException:
        connection.close()
        raise
    return connection
