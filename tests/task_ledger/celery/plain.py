"""An application that tracks nothing yet: ordinary Celery tasks, each to show what they keep."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from celery import chord, group
from celery.exceptions import Ignore

from task_ledger import LedgerCelery, LedgerTask
from tests.task_ledger.celery.app import BROKER, effect
from tests.task_ledger.celery.signals import reached
from tests.task_ledger.celery.values import VALUES

app = LedgerCelery(
    "plain",
    broker=BROKER,
    backend=os.environ["TEST_SIGNALS_URL"],
    ledger_url=os.environ["TASK_LEDGER_WORKER_DATABASE_URL"],
)
TRANSPORT: Final = {"global_keyprefix": "shop:", "sep": "/", "priority_steps": range(0, 10, 5)}
app.conf.update(
    broker_connection_retry_on_startup=True,
    broker_transport_options=TRANSPORT,
    task_inherit_parent_priority=True,
)

within: ContextVar[str] = ContextVar("within", default="nothing")


class InContext(LedgerTask):
    """Runs bodies within an application's context, as Flask's tasks do."""

    abstract = True

    @contextmanager
    def body_context(self) -> Generator[None]:
        token = within.set("the application")
        try:
            yield
        finally:
            within.reset(token)


@app.task
def add(*numbers: int) -> int:
    return sum(numbers)


@app.task
def total(numbers: list[int]) -> int:
    return sum(numbers)


@app.task
def tell(value: Any, name: str) -> Any:
    reached(name, str(value))
    return value


@app.task(bind=True)  # pyright: ignore[reportArgumentType]
def replace_with_add(self: LedgerTask, *numbers: int) -> Any:
    """Adds in another task, which takes this one's place."""
    effect(self, "replaced")
    return self.replace(add.s(*numbers))


@app.task(bind=True)  # pyright: ignore[reportArgumentType]
def replace_with(self: LedgerTask, value: int, kind: str) -> Any:
    """Takes a canvas in its place."""
    kinds: dict[str, Any] = {
        "chain": add.s(value) | add.s(1),
        "group": group(add.s(value), add.s(1)),
        "chord": chord([add.s(value), add.s(1)], total.s()),
    }
    return self.replace(kinds[kind])


@app.task(bind=True)  # pyright: ignore[reportArgumentType]
def send_and_ignore(self: LedgerTask, name: str) -> None:
    """Has nothing left to do after it has written and sent."""
    effect(self, name)
    tell.delay(name, name)
    raise Ignore


@app.task(task_type="plain")
def send_urgently(self: LedgerTask, name: str) -> None:
    """Sends with a priority that has a list of its own in the broker."""
    tell.apply_async((name, name), priority=7)


@app.task
def spell(text: str, name: str) -> str:
    """Tells what it got, in characters that every store takes."""
    reached(name, ascii(text))
    return ascii(text)


@app.task(task_type="plain")
def pass_on(self: LedgerTask, text: str, name: str) -> str:
    """Sends its argument on."""
    spell.delay(text, name=f"{name} in args")
    spell.apply_async(kwargs={"text": text, "name": f"{name} in kwargs"})
    return ascii(text)


@app.task(base=InContext, task_type="plain")
def tell_context(self: InContext) -> str:
    return within.get()


@app.task(base=InContext)
def tell_context_untracked() -> str:
    return within.get()


@app.task(bind=True)  # pyright: ignore[reportArgumentType]
def send_on_commit(self: LedgerTask, name: str) -> None:
    """Sends as code for Django does, which may be called by a route or by a task."""
    send: Any = tell.delay_on_commit  # pyright: ignore[reportAttributeAccessIssue]
    send(name, name)


@app.task(bind=True)  # pyright: ignore[reportArgumentType]
def tell_priority(self: LedgerTask, _value: int, name: str) -> None:
    delivery: Any = self.request.delivery_info
    reached(name, str(delivery["priority"]))


@app.task(task_type="plain")
def return_values(self: LedgerTask) -> Any:
    return VALUES[:-1]


@app.task(task_type="plain")
def return_look_alike(self: LedgerTask) -> Any:
    return VALUES[-1]


@app.task(task_type="plain")
def compare(self: LedgerTask, values: list[Any]) -> bool:
    return values == VALUES[:-1]


@app.task(task_type="plain", max_retries=1, default_retry_delay=0)
def retry_with(self: LedgerTask, first: int, *, second: int) -> int:
    """Names its own arguments when it retries, as much code for Celery does."""
    if self.request.retries == 0:
        raise self.retry(args=(first,), kwargs={"second": second})
    return first + second
