"""What a node of RabbitMQ has been told to make, by relay and worker."""

from tests.brokers import RabbitBroker
from tests.task_ledger.celery.conftest import Stack


def test_the_queues_of_tasks_are_quorum_queues_and_durable(stack: Stack) -> None:
    task_id = stack.enqueue("succeed", "queued")
    assert stack.ended(task_id).status == "SUCCESS"
    assert isinstance(stack.broker, RabbitBroker)
    # celery_delayed_…: where Celery keeps the countdowns of untracked tasks.
    kinds = {
        queue["name"].rstrip("0123456789"): (queue["type"], queue["durable"], queue["auto_delete"])
        for queue in stack.broker.server.queues(stack.broker.vhost)
        if ".pidbox" not in queue["name"]
    }
    kept = ("quorum", True, False)
    assert kinds == {"celery": kept, "celery_delayed_": kept}
