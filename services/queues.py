"""The queues of the takeoff's tasks, and the delivery order of their messages."""

from typing import Final

from celery import Celery
from kombu import Queue

TASKS: Final = "celery"
OCR: Final = "ocr"
"""The queue for reading page images: each page occupies a processor and much memory."""

FIRST: Final = 0
LAST: Final = 9


def queues() -> list[Queue]:
    """Return the queues as senders and workers must declare them.

    On RabbitMQ they are classic queues: quorum queues have no priorities before RabbitMQ 4, and two
    since. A message lost with a node is dispatched again.
    """
    return [Queue(name, routing_key=name, max_priority=LAST) for name in (TASKS, OCR)]


def priority(app: Celery, order: int) -> int:
    """Return the broker's priority for a delivery order from `FIRST` to `LAST`: Redis and Valkey
    deliver the lowest number first, RabbitMQ the highest.
    """
    url = str(app.conf.broker_write_url or app.conf.broker_url or "")
    return LAST - order if "amqp" in url.partition("://")[0] else order
