"""Tasks of Django's Tasks."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from tests.task_ledger.django.shop.models import Order

framework: Any = import_module("django.tasks" if find_spec("django.tasks") else "django_tasks")


@framework.task
def place(label: str, *, fails: bool = False) -> dict[str, Any]:
    """Write a row."""
    order = Order.objects.create(label=label)
    if fails:
        raise ValueError("no stock")
    return {"order": order.pk}


@framework.task
async def aplace(label: str) -> str:
    """Write a row in a coroutine."""
    order = await Order.objects.acreate(label=label)
    return order.label


@framework.task(takes_context=True, queue_name="reports", priority=10)
def describe(context: Any) -> list[Any]:
    """Return what the context says."""
    return [context.task_result.id, context.attempt]
