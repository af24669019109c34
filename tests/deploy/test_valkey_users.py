"""deploy/valkey-users.conf: each service can do its work at the broker, and no more."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import redis
from kombu import Connection
from pydantic import SecretStr
from redis.exceptions import NoPermissionError

from task_ledger.cli.checks.broker import broker
from task_ledger.cli.checks.check import Level
from task_ledger.local.embedded import EmbeddedPostgres, EmbeddedValkey
from task_ledger.model.transitions import Status
from task_ledger.ops.settings import Settings
from task_ledger.projector.publisher import BrokerAway, Publisher
from tests.brokers import ValkeyBroker
from tests.task_ledger.celery.conftest import Stack, open_stack
from tests.task_ledger.local.children import REPOSITORY
from tests.task_ledger.projector.outbox import message

USERS = REPOSITORY / "deploy" / "valkey-users.conf"
SERVICES = ("api", "projector", "worker")


class WithUsers(EmbeddedValkey):
    """A server whose configuration has the users of the file."""

    def _configuration(self) -> bytes:
        users = USERS.read_text()
        for service in SERVICES:
            users = users.replace(f"VALKEY_{service.upper()}_PASSWORD", f"{service}1")
        return super()._configuration() + users.encode()


def url_for(server: EmbeddedValkey, service: str) -> str:
    """The server's address for a service."""
    return f"redis://task_ledger_{service}:{service}1@127.0.0.1:{server.port}/0"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    """A Valkey server with the users, whose passwords are `api1` and so on."""
    with WithUsers(tmp_path_factory.mktemp("users"), databases=2) as server:
        yield server


def refused(server: EmbeddedValkey, service: str, *command: str) -> bool:
    """Whether the server does not let a service execute a command."""
    with closing(redis.Redis.from_url(url_for(server, service))) as client:
        try:
            client.execute_command(*command)
        except NoPermissionError:
            return True
    return False


def test_the_api_can_ask_whether_the_broker_answers_and_nothing_else(
    server: EmbeddedValkey,
) -> None:
    with Connection(url_for(server, "api"), connect_timeout=2) as connection:
        connection.ensure_connection(max_retries=1, timeout=2)
    for command in ("LPUSH celery x", "LRANGE celery 0 -1", "GET celery", "PUBLISH celery x",
                    "FLUSHALL", "ACL LIST", "CONFIG GET *", "CLIENT LIST"):  # fmt: skip
        assert refused(server, "api", *command.split()), command
    with closing(Publisher(url_for(server, "api"))) as publisher, pytest.raises(BrokerAway):
        publisher.publish(message())


@pytest.mark.parametrize("service", SERVICES)
def test_doctor_finds_the_broker_whichever_user_asks(server: EmbeddedValkey, service: str) -> None:
    (check,) = broker(Settings(broker_url=SecretStr(url_for(server, service))))
    assert (check.level, check.found[:7]) == (Level.OK, "answers")


def test_the_relay_can_publish_and_read_no_message(server: EmbeddedValkey) -> None:
    with closing(Publisher(url_for(server, "projector"))) as publisher:
        publisher.publish(message("relayed"))
    with closing(redis.Redis.from_url(server.url)) as owner:
        assert owner.llen("relayed") == 1
        owner.delete("relayed")
    for command in ("LRANGE celery 0 -1", "BRPOP celery 1", "RPOP celery", "HGETALL unacked",
                    "DEL celery", "KEYS *", "FLUSHALL", "CONFIG GET *"):  # fmt: skip
        assert refused(server, "projector", *command.split()), command


def test_a_worker_and_a_projector_with_these_users_run_a_task(
    server: EmbeddedValkey, postgres: EmbeddedPostgres, migrated_template: str, tmp_path: Path
) -> None:
    broker = ValkeyBroker(url_for(server, "worker"), server.url_of(1), "WRONGTYPE", server)
    with open_stack(postgres, migrated_template, broker, tmp_path) as stack:
        stack.start_worker()
        stack.environment["TASK_LEDGER_BROKER_URL"] = url_for(server, "projector")
        stack.start("projector", "task_ledger.projector")
        task_id = stack.enqueue("succeed", "with users of their own")
        assert stack.ended(task_id).status is Status.SUCCESS
        assert_answers(stack)
    for command in ("FLUSHALL", "KEYS *", "CONFIG GET *", "ACL LIST", "SHUTDOWN"):
        assert refused(server, "worker", *command.split()), command


def assert_answers(stack: Stack) -> None:
    """Celery's remote commands reach the worker, and its answer comes back."""
    told: Any = stack.sender.control.ping(timeout=2)
    assert told == [{"worker@test": {"ok": "pong"}}]
