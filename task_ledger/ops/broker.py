"""Connections to the broker with time limits."""

from typing import Any, Final

from kombu import Connection


def limited(url: str, timeout_s: int) -> dict[str, Any]:
    """Transport options that time out on a frozen broker.

    A frozen broker's kernel still accepts connections and commands; without these options, a client
    would wait for an answer indefinitely.

    Args:
        url: the broker's address, which determines the available options.
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
    """Return a connection to a broker that answers; the caller closes it.

    Raises:
        Exception: it does not answer within about `timeout_s`; each transport has its own errors.
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
