"""The default queue type on RabbitMQ."""

from typing import Any, Final

from celery import Celery
from celery.app.amqp import AMQP

from task_ledger.celery.defaults import set_defaults

QUORUM: Final[dict[str, Any]] = {
    "task_default_queue_type": "quorum",
    "task_create_missing_queue_type": "quorum",
}
"""Messages of a quorum queue are on disk before they are confirmed, and survive the loss of one of
several nodes."""


class LedgerAMQP(AMQP):
    """Celery's AMQP, with quorum queues on RabbitMQ unless the application sets another type."""

    def Queues(self, *args: Any, **kwargs: Any) -> Any:
        """As Celery's."""
        app: Celery = self.app
        if "amqp" in str(app.conf.broker_write_url).partition("://")[0]:
            set_defaults(app.conf, QUORUM)
        return super().Queues(*args, **kwargs)
