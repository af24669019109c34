"""Tasks that come after one another, and the application under test with short leases."""

from typing import Any

from celery.exceptions import Ignore
from celery.signals import task_postrun
from sqlalchemy import text

from task_ledger import LedgerTask
from task_ledger.registration.enqueue import enqueue
from tests.task_ledger.celery.app import effect
from tests.task_ledger.celery.losing import app
from tests.task_ledger.celery.signals import gate, reached


@app.task(task_type="step")
def add(self: LedgerTask, *numbers: int) -> int:
    """Adds; the first number may be the result of the step before."""
    effect(self, f"add {numbers}")
    return sum(numbers)


@app.task(task_type="step")
def collect(self: LedgerTask, values: list[Any], label: str) -> dict[str, Any]:
    """A chord's body."""
    effect(self, f"collect {label}")
    return {"label": label, "values": values}


@app.task(task_type="step")
def look_back(self: LedgerTask, before: Any) -> dict[str, Any]:
    """Tells what it can see of the task before it, in the middle of a unit."""
    rows = self.session.execute(
        text("SELECT count(*) FROM domain.effect WHERE task_id = :id"),
        {"id": self.request.parent_id},
    ).scalar_one()
    return {"rows": rows, "before": before}


@app.task(task_type="step")
def pass_gate(self: LedgerTask, *values: Any, name: str) -> str:
    """Waits for the test."""
    effect(self, name)
    reached(name)
    gate(name)
    return name


@app.task(task_type="step", max_retries=1, default_retry_delay=0)
def fail_twice(self: LedgerTask, *values: Any) -> None:
    """Fails in each of its two attempts."""
    effect(self, "fail")
    raise self.retry(exc=ValueError(f"attempt {self.request.retries + 1}"))


@app.task(task_type="step")
def ignore_the_rest(self: LedgerTask, *values: Any) -> None:
    """Ends a chain in the middle, on purpose."""
    effect(self, "ignored")
    raise Ignore


@app.task(task_type="step", ignore_result=True)
def return_unwanted(self: LedgerTask, storable: bool) -> Any:
    """Returns what nobody reads."""
    effect(self, "unwanted")
    return "storable" if storable else object()


@app.task(task_type="step")
def tell_next_steps(self: LedgerTask, name: str) -> None:
    """Ends in a success, after which `tell_request` looks at its request."""
    request: Any = self.request
    request.told = name


@task_postrun.connect(weak=False)
def tell_request(task: Any, **_: Any) -> None:
    """What code that observes Celery's tasks sees of the steps after one that has ended."""
    name = getattr(task.request, "told", None)
    if name is not None:
        chain, links = task.request.chain, task.request.callbacks
        reached(name, f"{len(chain or ())} {len(links or ())} {bool(chain)} {bool(links)}")


@app.task
def tell_failure(task_id: str) -> None:
    """An error callback: untracked."""
    reached(f"failed {task_id}")


@app.task
def tell_result(value: Any, *more: Any) -> Any:
    """A link: untracked."""
    reached(f"told {value}")
    return value


@app.task(task_type="step")
def enqueue_a_chain(self: LedgerTask, fail: bool) -> str:
    """Enqueues a chain with its own rows."""
    effect(self, "parent")
    done = enqueue(self.session, add.s(1) | add.s(2), project_id="p1", actor="parent")
    if fail:
        raise ValueError(str(done.task_id))
    return str(done.task_id)


@app.task(task_type="step")
def replace_itself(self: LedgerTask) -> None:
    """Tries what Celery allows."""
    self.replace(add.s(1))


@app.task(task_type="step")
def add_to_its_chord(self: LedgerTask) -> None:
    """Tries what Celery allows to a member of a chord."""
    self.add_to_chord(add.s(1))


@app.task(task_type="step")
def send_a_chord(self: LedgerTask) -> None:
    """Sends a chord past the ledger, in the middle of its run."""
    from celery import chord

    chord([tell_result.s(1), tell_result.s(2)], tell_result.s()).apply_async()
