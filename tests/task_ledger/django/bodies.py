"""Tasks whose bodies a test gives, and what everybody sees of their rows."""

import threading
from typing import Any

from django.db import connection

from task_ledger import LedgerTask
from task_ledger.django import LedgerCelery
from tests.task_ledger.django.conftest import label
from tests.task_ledger.django.shop.models import Order

APP = LedgerCelery("shop", broker="memory://", set_as_current=False)


@APP.task(name="receipt", shared=False)
def _receipt() -> None:
    """Is sent."""


receipt: Any = _receipt


@APP.task(name="child", task_type="child", shared=False)
def child(self: LedgerTask) -> None:
    """Is registered."""


def task_of(body: Any, **options: Any) -> Any:
    """A tracked task with a body."""
    name = f"of_{label()}"
    return APP.task(name=name, task_type="order", shared=False, max_retries=3, **options)(body)


def orders(*labels: str) -> int:
    """How many orders there are with these labels, as everybody sees it."""
    found: list[int] = []

    def count() -> None:
        found.append(Order.objects.filter(label__in=labels).count())
        connection.close()

    thread = threading.Thread(target=count)
    thread.start()
    thread.join()
    return found[0]
