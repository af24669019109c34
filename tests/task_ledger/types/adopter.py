# pyright: strict
"""An application's code, with the types that a checker must find in it."""

from typing import Any, assert_type
from uuid import UUID

from celery import Signature, Task
from fastapi import FastAPI, Request
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from task_ledger import (
    AlreadyRegistered,
    Enqueued,
    LedgerCelery,
    LedgerError,
    LedgerTask,
    acting_as,
    enqueue,
    in_this_run,
    step,
)
from task_ledger.server import Identity, ledger_app

app = LedgerCelery("shop", broker="memory://", ledger_url="postgresql://localhost/shop")


def price(order_id: int) -> str:
    return f"{order_id} EUR"


@app.task(task_type="invoice", max_retries=3, autoretry_for=(ConnectionError,))
def write_invoice(self: LedgerTask, order_id: int) -> dict[str, str]:
    assert_type(self.session, Session)
    self.progress(10, "Reading the order", current=1, total=2)
    return {"price": in_this_run(price)(order_id)}


assert_type(write_invoice, Task[Any, Any])
assert_type(in_this_run(price)(1), str)
assert_type(step(write_invoice.s(1), name="Invoice 1"), Signature[Any])


def in_a_session(session: Session) -> UUID | None:
    try:
        with acting_as("jane"):
            task = enqueue(session, write_invoice.s(1), project_id="shop", entity=("order", "1"))
    except AlreadyRegistered as error:
        refused: LedgerError = error
        raise refused from error
    assert_type(task, Enqueued)
    assert_type(task.version, int)
    assert_type(task.task_id, UUID)
    return task.task_id


async def in_an_async_session(session: AsyncSession) -> Enqueued:
    task = await enqueue(session, write_invoice.s(1), project_id="shop", actor="jane")
    assert_type(task, Enqueued)
    return task


async def authenticate(request: Request) -> Identity:
    return Identity(name=request.headers["x-user"], role="viewer", projects=frozenset({"shop"}))


assert_type(ledger_app(authenticate=authenticate), FastAPI)
