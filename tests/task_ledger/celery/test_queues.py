"""At RabbitMQ queues are quorum queues, unless the application says otherwise."""

from typing import Any

import pytest

from task_ledger import LedgerCelery
from task_ledger.registration.capture import capturing


@pytest.mark.parametrize("url", ["amqp://host//", "pyamqp://host//", "amqps://host//"])
@pytest.mark.parametrize("queue", ["celery", "named by a route"])
def test_every_queue_that_the_application_does_not_describe_is_a_quorum_queue(
    url: str, queue: str
) -> None:
    app = LedgerCelery("at_rabbitmq", broker=url, set_as_current=False)
    assert arguments_of(app, queue) == {"x-queue-type": "quorum"}
    declared = declared_by(app, queue)
    assert [d["queue_arguments"] for d in declared] == [{"x-queue-type": "quorum"}]


def test_a_broker_that_is_set_later_counts() -> None:
    app = LedgerCelery("set_later", set_as_current=False)
    app.conf.update(broker_url="amqp://host//")
    assert arguments_of(app, "celery") == {"x-queue-type": "quorum"}


def test_what_the_application_sets_stays() -> None:
    app = LedgerCelery("classic", broker="amqp://host//", set_as_current=False)
    app.conf.update(task_default_queue_type="classic", task_create_missing_queue_type="classic")
    assert arguments_of(app, "celery") is None
    assert arguments_of(app, "another") is None


def test_other_brokers_know_no_kinds_of_queues() -> None:
    app = LedgerCelery("at_valkey", broker="redis://host/0", set_as_current=False)
    assert arguments_of(app, "celery") is None


def arguments_of(app: LedgerCelery, queue: str) -> Any:
    queues = app.amqp.queues
    return queues[queue].queue_arguments


def declared_by(app: LedgerCelery, queue: str) -> list[dict[str, Any]]:
    """What the relay would declare for a task of this queue."""

    @app.task(name="t", task_type="t")
    def task(self: object) -> None: ...

    with capturing() as captured:
        task.s().set(queue=queue).apply_async()
    return captured.messages[0].declare
