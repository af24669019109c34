"""Asks the broker how many messages are in each queue, and on RabbitMQ how many consumers."""

from dataclasses import dataclass
from typing import Any, Final, cast

from amqp.exceptions import NotFound
from kombu import Connection as Broker
from psycopg import Connection

from task_ledger.eventlog.database import query as ledger_query
from task_ledger.eventlog.message import PLACING
from task_ledger.eventlog.queues import MOST
from task_ledger.ops.broker import limited
from task_ledger.projector.database import query
from task_ledger.projector.publisher import TIMEOUT_S, BrokerAway

EVERY_S: Final = 5.0
"""Seconds between two questions about a queue, however many projectors run."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a broker says about a queue.

    Attributes:
        messages: those that no worker has received yet; None if RabbitMQ has no such queue.
        consumers: None on Redis and Valkey, which do not know them.
    """

    messages: int | None = None
    consumers: int | None = None


class QueueDepths:
    """Asks about every queue that the ledger knows, at most 500, and stores the answers.

    Args:
        connection: in autocommit mode; nothing else may use it meanwhile.
        url: the broker's address.
    """

    def __init__(self, connection: Connection[Any], url: str) -> None:
        self._connection = connection
        self._url = url
        self._amqp = "amqp" in url.partition("://")[0]
        self._placing: dict[str, dict[str, Any]] = {}

    def tick(self) -> int:
        """Ask about the queues that nobody has asked about for `EVERY_S`.

        Returns:
            The number of queues.

        Raises:
            BrokerAway: the broker did not answer; nothing is stored.
        """
        names = ledger_query("queue_names")
        wanted = {"most": MOST, "every_s": EVERY_S - 0.5}
        statement = query("asked_queues").replace("{names}", names)
        rows = self._connection.execute(statement, wanted).fetchall()
        if not rows:
            return 0
        for queue, properties in rows:
            if properties is not None:
                self._placing[queue] = cast("dict[str, Any]", properties).get(PLACING) or {}
        said = {queue: Said() for queue, _ in rows}
        for placing in _distinct(self._placing.get(queue, {}) for queue in said):
            queues = [queue for queue in said if self._placing.get(queue, {}) == placing]
            said |= ask(self._url, queues, {} if self._amqp else placing)
        self._connection.execute(
            query("store_depths"),
            {
                "queues": list(said),
                "messages": [each.messages for each in said.values()],
                "consumers": [each.consumers for each in said.values()],
            },
        )
        self._connection.execute(query("forget_depths"))
        return len(said)


def ask(url: str, queues: list[str], placing: dict[str, Any]) -> dict[str, Said]:
    """What the broker says about queues; creates none.

    Args:
        placing: of `broker_transport_options`, of the application whose queues they are.

    Raises:
        BrokerAway: it did not answer in time.
    """
    amqp = "amqp" in url.partition("://")[0]
    options = {**limited(url, TIMEOUT_S), **placing}
    broker = Broker(url, connect_timeout=TIMEOUT_S, transport_options=options)
    found: dict[str, Said] = {}
    try:
        broker.ensure_connection(max_retries=1, timeout=TIMEOUT_S)
        for queue in queues:
            # A queue that is not there closes the channel.
            channel: Any = broker.channel()
            try:
                # On Redis and Valkey, a queue is a list that is there while it holds something:
                # declaring it writes nothing, and looking for it forgets `global_keyprefix`.
                _, messages, consumers = channel.queue_declare(queue, passive=amqp)
            except NotFound:
                found[queue] = Said()
                continue
            found[queue] = Said(messages, consumers if amqp else None)
            channel.close()
    except Exception as error:
        raise BrokerAway(f"the broker did not answer: {type(error).__name__}") from error
    finally:
        broker.release()
    return found


def _distinct(placings: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for placing in placings:
        if placing not in found:
            found.append(placing)
    return found
