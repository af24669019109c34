"""The broker under test, Valkey or RabbitMQ, as tests see it.

`TASK_LEDGER_TEST_BROKER=rabbitmq` runs the tests that use it on RabbitMQ. Whatever tests tell
each other (points reached, gates) goes through Valkey in any case.
"""

import os
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, cast

import kombu
import redis
from kombu import Queue

from task_ledger.local.embedded import EmbeddedValkey, StopMode
from tests.rabbitmq import RabbitMQ

NAME: Final = os.environ.get("TASK_LEDGER_TEST_BROKER", "valkey")
"""Which broker is under test: `valkey` or `rabbitmq`."""

SPACES: Final = 16
"""How many brokers, each with nothing of the others in it, a server stands for."""


@dataclass
class Broker(ABC):
    """One numbered database of Valkey, or virtual host of RabbitMQ.

    Attributes:
        url: its address.
        signals_url: a Valkey database for what tests and bodies tell each other.
        refusal: what the refusal of a message for a poisoned queue says.
    """

    url: str
    signals_url: str
    refusal: str

    @abstractmethod
    def clear(self) -> None:
        """Forget every queue and message."""

    @abstractmethod
    def waiting(self, queue: str = "celery") -> int:
        """How many messages of a queue no consumer has."""

    @abstractmethod
    def settled(self, queue: str = "celery") -> bool:
        """Whether no message waits and no consumer has one that it has not acknowledged."""

    @abstractmethod
    def delete(self, queue: str) -> None:
        """Delete a queue with all that is in it."""

    @abstractmethod
    def lose(self, queue: str = "celery") -> None:
        """Lose the messages of a queue that no consumer has."""

    @abstractmethod
    def push(self, item: bytes, queue: str = "celery") -> None:
        """Put something that is no message of Celery's into a queue."""

    @abstractmethod
    def poison(self, queue: str) -> None:
        """Let nobody publish to this queue."""

    @abstractmethod
    def drop_clients(self) -> None:
        """Close every client's connection."""

    @abstractmethod
    def taking_nothing(self) -> Any:
        """A context within which the server takes no message from anybody."""

    @abstractmethod
    def stop(self, mode: StopMode = "fast") -> None:
        """Stop the server with all that is in it; `immediate` kills it."""

    @abstractmethod
    def start(self) -> None:
        """Start the server again."""


@dataclass
class ValkeyBroker(Broker):
    """A database of the run's Valkey."""

    server: EmbeddedValkey

    def clear(self) -> None:
        with self._client() as client:
            client.flushdb()

    def waiting(self, queue: str = "celery") -> int:
        with self._client() as client:
            return cast("int", client.llen(queue))

    def settled(self, queue: str = "celery") -> bool:
        with self._client() as client:
            return not client.llen(queue) and not client.hlen("unacked")

    def delete(self, queue: str) -> None:
        self.lose(queue)

    def lose(self, queue: str = "celery") -> None:
        with self._client() as client:
            client.delete(queue)

    def push(self, item: bytes, queue: str = "celery") -> None:
        with self._client() as client:
            client.lpush(queue, item)

    def poison(self, queue: str) -> None:
        with self._client() as client:
            client.set(queue, "no list")

    def drop_clients(self) -> None:
        with self._client() as client:
            client.client_kill_filter(_type="normal", skipme=True)

    @contextmanager
    def taking_nothing(self) -> Iterator[None]:
        with self._client() as client:
            client.config_set("maxmemory", "1")
            try:
                yield
            finally:
                client.config_set("maxmemory", "0")

    def stop(self, mode: StopMode = "fast") -> None:
        self.server.stop(mode)

    def start(self) -> None:
        self.server.start()

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url)


@dataclass
class RabbitBroker(Broker):
    """A virtual host of the run's RabbitMQ."""

    server: RabbitMQ

    SETTLED_S = 0.6  # the node tells its counts every 100 ms, and they pass two tables

    @property
    def vhost(self) -> str:
        """The virtual host's name."""
        return self.url.rpartition("/")[2]

    def clear(self) -> None:
        for queue in self.server.queues(self.vhost):
            self.server.ask("DELETE", f"queues/{self.vhost}/{queue['name']}")

    def waiting(self, queue: str = "celery") -> int:
        with kombu.Connection(self.url) as connection, connection.channel() as channel:
            try:
                answer: Any = cast("Any", channel).queue_declare(queue, passive=True)
            except connection.channel_errors:
                return 0  # there is no such queue yet
            return answer.message_count

    def settled(self, queue: str = "celery") -> bool:
        end = time.monotonic() + self.SETTLED_S
        while time.monotonic() < end:
            counts = self.server.ask("GET", f"queues/{self.vhost}/{queue}").json()
            if self.waiting(queue) or counts.get("messages_unacknowledged"):
                return False
            time.sleep(0.05)
        return True

    def delete(self, queue: str) -> None:
        self.server.ask("DELETE", f"queues/{self.vhost}/{queue}").raise_for_status()

    def lose(self, queue: str = "celery") -> None:
        self.server.ask("DELETE", f"queues/{self.vhost}/{queue}/contents").raise_for_status()

    def push(self, item: bytes, queue: str = "celery") -> None:
        with kombu.Connection(self.url) as connection, connection.channel() as channel:
            amqp_channel = cast("Any", channel)
            amqp_channel.basic_publish(amqp_channel.prepare_message(item), "", queue)

    def poison(self, queue: str) -> None:
        # What publishers declare is another queue by the same name.
        with kombu.Connection(self.url) as connection, connection.channel() as channel:
            Queue(queue, durable=False, queue_arguments={"x-max-length": 1})(channel).declare()

    def drop_clients(self) -> None:
        self.server.control("close_all_connections", "--vhost", self.vhost, "dropped by a test")

    @contextmanager
    def taking_nothing(self) -> Iterator[None]:
        self.server.control("set_vm_memory_high_watermark", "0.000001")
        try:
            yield
        finally:
            self.server.control("set_vm_memory_high_watermark", "0.9")

    def stop(self, mode: StopMode = "fast") -> None:
        self.server.stop(mode)

    def start(self) -> None:
        self.server.start()


@dataclass
class Brokers:
    """The run's servers."""

    valkey: EmbeddedValkey
    rabbitmq: RabbitMQ | None = None

    def space(self, number: int) -> Broker:
        """A broker, emptied; the same number is the same broker.

        Its signals are in the Valkey database of the same number.
        """
        signals_url = self.valkey.url_of(number)
        with redis.Redis.from_url(signals_url) as client:
            client.flushdb()
        if self.rabbitmq is None:
            return ValkeyBroker(signals_url, signals_url, "WRONGTYPE", self.valkey)
        url = self.rabbitmq.url_of(number)
        broker = RabbitBroker(url, signals_url, "PRECONDITION_FAILED", self.rabbitmq)
        broker.clear()
        return broker
