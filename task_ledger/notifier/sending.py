"""Send waiting notifications: at least once, per task and channel in order.

A notification is claimed and committed before it is sent, and marked as sent afterwards. If the
notifier dies in between, another one sends it once the claim has expired: the receiver then gets it
twice, with the same id.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Final

import structlog
from psycopg import Connection

from task_ledger.eventlog.database import query
from task_ledger.notifier.channels import Kind
from task_ledger.notifier.delivery import Delivery, Destination
from task_ledger.notifier.errors import DeliveryFailed
from task_ledger.notifier.message import Subject

_log = structlog.get_logger(__name__)
_PACKAGE: Final = "task_ledger.notifier"

SENDERS: Final = 8
"""Maximum number of channels served at the same time."""

WAITS_S: Final = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
"""Seconds after each failed try, as Standard Webhooks recommends: ten tries in 75 hours."""

HOLD: Final = 3.0
"""Lifetime of a claim, in timeouts of a try: only name resolution can take longer."""

_RECORD: Final[tuple[str, ...]] = (
    "task_type", "status", "reason", "error", "place", "fingerprint", "attempt", "queue",
    "created_at", "started_at", "ended_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notification that this process may try once."""

    id: int
    tries: int
    subject: Subject
    to: Destination


class Sending:
    """Sends notifications in threads.

    Args:
        connection: on autocommit, with the notifier's role; for the exclusive use of this object.
        waits_s: seconds to wait after each failed try; after the last one it is given up.
    """

    def __init__(
        self,
        connection: Connection[Any],
        delivery: Delivery,
        waits_s: Sequence[float] = WAITS_S,
    ) -> None:
        self._connection = connection
        self._delivery = delivery
        self._waits_s = waits_s
        self._pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="send")
        self._running: dict[Future[None], Claimed] = {}

    @property
    def busy(self) -> bool:
        """Whether a notification is in flight, or waits for its mark."""
        return bool(self._running)

    def close(self) -> None:
        """Wait for notifications in flight, and mark them.

        Raises:
            psycopg.Error: they are not marked, and will be sent again.
        """
        self._pool.shutdown()
        self._mark()

    def tick(self, patience_s: float = 0.05) -> bool:
        """Mark the notifications that were sent, and send more.

        Args:
            patience_s: how long to wait for one in flight, in seconds.

        Returns:
            Whether anything was marked or started.
        """
        if self._running:
            wait(self._running, patience_s, return_when="FIRST_COMPLETED")
        worked = self._mark()
        while len(self._running) < SENDERS and (claimed := self._claim()):
            self._running[self._pool.submit(self._send, claimed)] = claimed
            worked = True
        return worked

    def _claim(self) -> Claimed | None:
        row = self._connection.execute(
            query("claim", _PACKAGE),
            {
                "busy": [each.to.name for each in self._running.values()],
                "hold_s": self._delivery.timeout_s * HOLD,
            },
        ).fetchone()
        if row is None:
            return None
        id_, tries, channel, key, trigger, made_at, detail, kind, address, secret = row[:10]
        project_id, task_id, version = row[10:13]
        record: dict[str, Any] = {}
        if row[13] is not None:
            record |= zip(_RECORD, row[13:], strict=True)
        subject = Subject(key, trigger, made_at, project_id, task_id, version, record, detail)
        return Claimed(id_, tries, subject, Destination(channel, Kind(kind), address, secret))

    def _send(self, claimed: Claimed) -> None:
        try:
            self._delivery.send(claimed.subject, claimed.to)
        except DeliveryFailed:
            raise
        except Exception as error:
            # A bug in one channel must not end the process, which serves the others.
            # The error's own text may contain an address or a secret.
            raise DeliveryFailed(f"it cannot be sent: {type(error).__name__}") from error

    def _mark(self) -> bool:
        done = [future for future in self._running if future.done()]
        for future in done:
            claimed = self._running[future]
            error = future.exception()
            if error is None:
                self._connection.execute(query("mark_sent", _PACKAGE), {"id": claimed.id})
                self._connection.execute(
                    query("channel_sent", _PACKAGE), {"channel": claimed.to.name}
                )
            elif isinstance(error, DeliveryFailed):
                self._failed(claimed, error)
            else:
                raise error
            del self._running[future]
        return bool(done)

    def _failed(self, claimed: Claimed, error: DeliveryFailed) -> None:
        given_up = error.lasting or claimed.tries > len(self._waits_s)
        wait_s = None if given_up else self._waits_s[claimed.tries - 1]
        _log.warning(
            "notification_given_up" if given_up else "notification_failed",
            notification=claimed.id,
            channel=claimed.to.name,
            tries=claimed.tries,
            again_in_s=wait_s,
            reason=str(error),
        )
        self._connection.execute(
            query("mark_failed", _PACKAGE),
            {
                "id": claimed.id,
                "tries": claimed.tries,
                "reason": str(error),
                "wait_s": wait_s,
            },
        )
        self._connection.execute(
            query("channel_failed", _PACKAGE),
            {"channel": claimed.to.name, "reason": str(error)},
        )
