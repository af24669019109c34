"""Publishing one message with a definite outcome: the broker has it or not.

With AMQP, every publish waits for the broker's confirm, and an unroutable message is returned.
Redis and Valkey confirm nothing beyond the reply to the command.
"""

from contextlib import suppress
from typing import Any, Final, cast

from amqp.exceptions import ConnectionForced, InternalError, MessageNacked, ResourceError
from kombu import Connection, Exchange, Producer, Queue
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeout

from task_ledger.eventlog.message import PLACING, PLACING_OPTIONS, Message
from task_ledger.ops.broker import limited

TIMEOUT_S: Final = 5
"""Seconds that the broker may take to accept a connection, a command or a message."""

# A reachable server that does not answer: RabbitMQ blocks publishers during a memory or disk alarm.
# This is unrelated to the message.
_SILENCE: Final = (TimeoutError, RedisTimeout)
# A failure of one queue, such as a quorum queue without a majority. The message itself is fine, and
# other queues may accept theirs meanwhile.
_BROKER_FAILED: Final = (InternalError, ResourceError, ConnectionForced)
# A message that expires in the broker vanishes without a trace, so the ledger handles expiry.
_NOT_SENT: Final = frozenset({"expiration", "mandatory", "immediate", PLACING})

MOST_PLACINGS: Final = 8
"""Number of connections kept for applications with different transport options."""


class BrokerAway(Exception):
    """The broker cannot be reached, or accepts no messages at all. All messages wait."""


class MessageRefused(Exception):
    """This message was not accepted; others may be.

    Attributes:
        lasting: whether it will probably be refused again, because it is unroutable or cannot be
            encoded. False for a queue that is full or failing.
    """

    def __init__(self, reason: str, *, lasting: bool) -> None:
        super().__init__(reason)
        self.lasting = lasting


class MessageReturned(MessageRefused):
    """No queue is bound to take this message."""


class Publisher:
    """Publishes on its own connection, opened on first use.

    A message is published with its application's options that determine its place in the broker
    (`PLACING`), with one connection per set of options.

    Args:
        url: the broker's address.
        placing: the options, from `broker_transport_options`.
    """

    def __init__(self, url: str, placing: dict[str, Any] | None = None) -> None:
        self._url = url
        self._placing = placing or {}
        self._others: list[Publisher] = []
        self._amqp = "amqp" in url.partition("://")[0]
        self._connection = self._new_connection()
        self._producer: Producer | None = None
        self._returned: list[str] = []

    def publish(self, message: Message) -> None:
        """Publish a message once, or twice if the connection broke while it was being sent.

        Returns when the broker has it.

        Raises:
            BrokerAway: it cannot be reached; it may or may not have the message.
            MessageRefused: the broker is reachable but did not accept the message.
        """
        placing = {} if self._amqp else _placing(message)
        if placing != self._placing:
            self._placed(placing).publish(message)
            return
        try:
            self._send(message)
        except MessageReturned:
            # The queue was deleted after this connection had declared it; a new connection declares
            # it again.
            self.close()
            self._send_for_sure(message)
        except _SILENCE as error:
            raise self._trouble(error) from error
        except self._connection.connection_errors:
            # The broker may have closed an idle connection, or closed it because of this message.
            self.close()
            self._send_for_sure(message)
        except BrokerAway:
            raise
        except Exception as error:
            raise self._trouble(error) from error

    def close(self) -> None:
        """Close the connection; the next `publish` opens a new one."""
        self._producer = None
        for other in self._others:
            other.close()
        # A broken connection cannot be closed properly.
        with suppress(Exception):
            self._connection.close()

    def _placed(self, placing: dict[str, Any]) -> "Publisher":
        for other in self._others:
            if other._placing == placing:
                return other
        while len(self._others) >= MOST_PLACINGS:
            self._others.pop(0).close()
        self._others.append(Publisher(self._url, placing))
        return self._others[-1]

    def _send_for_sure(self, message: Message) -> None:
        try:
            self._send(message)
        except (BrokerAway, MessageRefused):
            raise
        except Exception as error:
            raise self._trouble(error) from error

    def _trouble(self, error: Exception) -> Exception:
        """Attribute an error to the broker, or to the message if a new connection succeeds."""
        self.close()
        if isinstance(error, _SILENCE):
            return BrokerAway(f"the broker did not accept a message within {TIMEOUT_S} s")
        if isinstance(error, ResponseError) and "WRONGTYPE" not in str(error):
            return BrokerAway(f"the broker accepts no messages: {error}")
        try:
            self._open()
        except BrokerAway as away:
            return away
        if isinstance(error, MessageNacked):
            return MessageRefused("the broker declined it; a queue may be full", lasting=False)
        reason = f"{type(error).__name__}: {error}"
        return MessageRefused(reason, lasting=not isinstance(error, _BROKER_FAILED))

    def _send(self, message: Message) -> None:
        producer = self._producer or self._open()
        self._returned.clear()
        properties = {k: v for k, v in message.properties.items() if k not in _NOT_SENT}
        producer.publish(
            message.body,
            exchange=message.exchange,
            routing_key=message.routing_key,
            content_type=message.content_type,
            content_encoding=message.content_encoding,
            headers=message.headers,
            declare=[queue_of(declared) for declared in message.declare],
            mandatory=True,
            timeout=TIMEOUT_S,
            confirm_timeout=TIMEOUT_S,
            **properties,
        )
        # The broker returns a message before it confirms it.
        if self._returned:
            raise MessageReturned(f"no queue accepts it: {self._returned[0]}", lasting=True)

    def _new_connection(self) -> Connection:
        options = limited(self._url, TIMEOUT_S) | self._placing
        if self._amqp:
            options["confirm_publish"] = True
        return Connection(self._url, connect_timeout=TIMEOUT_S, transport_options=options)

    def _open(self) -> Producer:
        self._connection = self._new_connection()
        try:
            # One try without waiting: the caller decides when to retry.
            self._connection.ensure_connection(
                max_retries=1, interval_start=0, interval_step=0, timeout=TIMEOUT_S
            )
            channel = self._connection.channel()
        except Exception as error:
            self.close()
            raise BrokerAway(f"the broker cannot be reached: {error}") from error
        on_return = self._on_return if self._amqp else None
        self._producer = Producer(channel, auto_declare=False, on_return=on_return)
        return self._producer

    def _on_return(self, error: Exception, *_message: object) -> None:
        self._returned.append(str(error))


def _placing(message: Message) -> dict[str, Any]:
    """The options that determine a message's place, from its application's transport options.

    Raises:
        MessageRefused: this version does not know one of them.
    """
    properties: Any = message.properties
    if not isinstance(properties, dict):
        return {}  # altered; detected when the message is sent
    placing = cast("dict[str, Any]", properties).get(PLACING)
    if placing is None:
        return {}
    if not isinstance(placing, dict):
        raise MessageRefused(f"{PLACING} is not an object: the message was altered", lasting=True)
    options = cast("dict[str, Any]", placing)
    if unknown := sorted(set(options) - PLACING_OPTIONS):
        raise MessageRefused(
            f"its application sets broker_transport_options that this relay does not know:"
            f" {', '.join(unknown)}; upgrade the relay",
            lasting=True,
        )
    return options


def queue_of(declared: dict[str, Any]) -> Queue:
    """The queue described by `Queue.as_dict(recurse=True)`."""
    exchange: Any = declared.get("exchange")
    rest = {k: v for k, v in declared.items() if k != "exchange"}
    return Queue(
        exchange=Exchange(**cast("dict[str, Any]", exchange))
        if isinstance(exchange, dict)
        else exchange,
        **rest,
    )
