"""The hash that proves that a worker received the message that was registered.

`registered` carries the hash of the stored message, and `started` the one that a worker computed
from the message it received; `task_ledger.append` compares the two. The hash excludes everything
that differs between dispatches and deliveries of one message: the attempt, `retries`, properties of
the broker. Because of a random nonce in the message, the arguments cannot be guessed from the hash.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final, cast

from task_ledger.eventlog.message import HEADER, Message

_FORMAT: Final = b"task-ledger message 1"


def hash_of_stored(message: Message) -> str:
    """The hash of a message to be stored; its body may be compressed."""
    body = message.body
    compression = message.headers.get("compression")
    if compression:
        from kombu.compression import decompress

        body = decompress(body, compression)
    return message_hash(message.headers, message.content_type, message.content_encoding, body)


def message_hash(
    headers: Mapping[str, Any],
    content_type: str | None,
    content_encoding: str | None,
    body: bytes | str,
) -> str:
    """SHA-256 over the parts of a message that determine what runs, each with its length in octets.

    Task name, id, content type, content encoding, body (uncompressed), hard and soft time limit,
    project, results taken from other tasks, expiry, nonce. Missing parts are marked as such.

    Returns:
        64 hexadecimal digits.
    """
    parts = _parts(headers, content_type, content_encoding, body)
    return sha256(b"".join((_FORMAT, *map(_counted, parts)))).hexdigest()


def hash_of_many(
    headers: Mapping[str, Any], content_type: str, content_encoding: str
) -> Callable[[str, bytes, str | None, str], str]:
    """`message_hash` for messages that differ in a few parts only.

    Args:
        headers: those of one of them, which takes no results of other tasks.

    Returns:
        A function of a message's id, body, `expires_at` and nonce.
    """
    parts = [_counted(part) for part in _parts(headers, content_type, content_encoding, b"")]
    before, within, after = parts[0], b"".join(parts[2:4]), b"".join(parts[5:-2])

    def hash_of_one(task_id: str, body: bytes, expires_at: str | None, nonce: str) -> str:
        own = (before, _counted(task_id), within, _counted(body), after)
        return sha256(b"".join((_FORMAT, *own, _counted(expires_at), _counted(nonce)))).hexdigest()

    return hash_of_one


def _parts(
    headers: Mapping[str, Any],
    content_type: str | None,
    content_encoding: str | None,
    body: bytes | str,
) -> list[Any]:
    own: Any = headers.get(HEADER)
    header = cast("dict[str, Any]", own if isinstance(own, dict) else {})
    limits: Any = headers.get("timelimit")
    takes: Any = header.get("takes")
    taken = cast("list[Any]", takes if isinstance(takes, list) else [takes])
    return [
        headers.get("task"),
        headers.get("id"),
        content_type,
        content_encoding,
        body,
        *_limits(limits),
        header.get("project_id"),
        str(len(taken)) if isinstance(takes, list) else None,
        *taken,
        header.get("expires_at"),
        header.get("nonce"),
    ]


def _limits(value: Any) -> list[Any]:
    """Normalise time limits: None and a pair of Nones both mean no limit."""
    limits = list(cast("list[Any]", value)) if isinstance(value, list | tuple) else [value]
    return limits if len(limits) > 1 else [*limits, None]


def _counted(part: Any) -> bytes:
    if part is None:
        return b"-"
    octets = part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass")
    return b"%d:%s" % (len(octets), octets)
