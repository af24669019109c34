"""Which kind of queue RabbitMQ makes for an application that does not say."""

from typing import Any, Final, cast

from celery import Celery
from celery.app.amqp import AMQP
from celery.app.utils import Settings

QUORUM: Final[dict[str, Any]] = {
    "task_default_queue_type": "quorum",
    "task_create_missing_queue_type": "quorum",
}
"""Messages of a quorum queue are on the disk before they are confirmed, and survive the loss of a
node when there are several."""


class LedgerAMQP(AMQP):
    """Celery's AMQP, whose queues at RabbitMQ are quorum queues unless the application says."""

    def Queues(self, *args: Any, **kwargs: Any) -> Any:
        """As Celery's."""
        app: Celery = self.app
        if "amqp" in str(app.conf.broker_write_url).partition("://")[0]:
            _set_default(app.conf)
        return super().Queues(*args, **kwargs)


def _set_default(conf: Settings) -> None:
    """Put our defaults before Celery's own, and after all that the application has set."""
    maps = cast("list[Any]", conf.maps)
    if QUORUM not in maps:
        maps.insert(len(maps) - 1, QUORUM)
