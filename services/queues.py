"""The queues of the takeoff's tasks, and the order in which their messages are delivered."""

from typing import Final

from celery import Celery
from kombu import Queue

TASKS: Final = "celery"
OCR: Final = "ocr"
"""Where page images are read: one page of it fills a processor and much memory."""

FIRST: Final = 0
LAST: Final = 9


def queues() -> list[Queue]:
    """Return the queues, as whoever sends to them or takes from them has to declare them.

    On RabbitMQ they are classic queues: quorum queues deliver in order before RabbitMQ 4, and know
    two priorities from then on. A message that is lost with a node is dispatched again.
    """
    return [Queue(name, routing_key=name, max_priority=LAST) for name in (TASKS, OCR)]


def priority(app: Celery, order: int) -> int:
    """Return the priority in the application's broker of what is delivered in `order`, from `FIRST`
    to `LAST`: Redis and Valkey deliver the lowest number first, RabbitMQ the highest.
    """
    url = str(app.conf.broker_write_url or app.conf.broker_url or "")
    return LAST - order if "amqp" in url.partition("://")[0] else order
