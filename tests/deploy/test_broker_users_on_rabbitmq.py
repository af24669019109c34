"""What deploy/README.md says that each service may do at RabbitMQ is enough, and no more."""

import re
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit, urlunsplit

import pytest
from kombu import Connection

from task_ledger.projector.publisher import BrokerAway, MessageRefused, Publisher
from tests.brokers import Broker, RabbitBroker
from tests.task_ledger.local.children import REPOSITORY
from tests.task_ledger.projector.outbox import message

_LINE = re.compile(r"^rabbitmqctl set_permissions -p ledger (\w+) '(.*)' '(.*)' '(.*)'$", re.M)


@pytest.fixture
def users(broker: Broker) -> Iterator[dict[str, str]]:
    """The services' users, as the page says; the broker's address for each."""
    assert isinstance(broker, RabbitBroker)
    addresses: dict[str, str] = {}
    parts = urlsplit(broker.url)
    host = parts.netloc.rpartition("@")[2]
    for name, *permissions in _LINE.findall((REPOSITORY / "deploy/README.md").read_text()):
        broker.server.control("add_user", name, "secret1")
        broker.server.control("set_permissions", "-p", broker.vhost, name, *permissions)
        addresses[name] = urlunsplit(parts._replace(netloc=f"{name}:secret1@{host}"))
    yield addresses
    for name in addresses:
        broker.server.control("delete_user", name)


def test_the_relay_can_publish_and_the_api_can_only_connect(
    users: dict[str, str], broker: Broker
) -> None:
    with closing(Publisher(users["task_ledger_projector"])) as publisher:
        publisher.publish(message("relayed"))
    assert broker.waiting("relayed") == 1
    with Connection(users["task_ledger_api"], connect_timeout=2) as connection:
        connection.ensure_connection(max_retries=1, timeout=2)
    with (
        closing(Publisher(users["task_ledger_api"])) as publisher,
        pytest.raises((BrokerAway, MessageRefused)),
    ):
        publisher.publish(message("relayed"))
    assert broker.waiting("relayed") == 1
    assert "task_ledger_worker" in users
