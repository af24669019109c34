"""Tasks with a statement in every place of a run at which a connection may break."""

import os
import threading
from uuid import UUID

from task_ledger import LedgerTask, in_this_run
from task_ledger.registration.enqueue import enqueue
from tests.task_ledger.celery.app import Once, observe
from tests.task_ledger.celery.steps import add, app

app.conf.update(ledger_claim_wait_s=float(os.environ.get("TEST_CLAIM_WAIT_S", "30")))


@app.task(task_type="plain")
def touch_everything(self: LedgerTask, name: str) -> int:
    """A row that waits for the last flush, a thread's message, a child; and a link, if given."""
    self.session.add(Once(label=f"row of {name}"))
    enqueue(self.session, add.s(1, 2), project_id="children", actor=f"parent {name}")
    thread = threading.Thread(target=in_this_run(observe.delay), args=(f"thread of {name}",))
    thread.start()
    thread.join()
    return self.request.retries + 1


@app.task(bind=True)  # pyright: ignore[reportArgumentType]
def touch_untracked(self: LedgerTask, name: str) -> None:
    """Untracked: a row, and a message of a thread."""
    self.session.add(Once(label=f"row of {name}"))
    thread = threading.Thread(target=in_this_run(observe.delay), args=(f"thread of {name}",))
    thread.start()
    thread.join()


@app.task(task_type="plain")
def touch_nothing(self: LedgerTask) -> int:
    """Without a session: the ledger's connection is the only one."""
    return self.request.retries + 1


@app.task(task_type="plain", max_retries=3)
def fail_first(self: LedgerTask, retry: bool) -> int:
    """Ends otherwise than in success, the first time."""
    if self.request.retries:
        return self.request.retries + 1
    if retry:
        raise self.retry(countdown=0)
    raise ValueError("the body's own error")


@app.task(task_type="plain")
def register_child(self: LedgerTask, child: str) -> int:
    """Registers a child under an id that was drawn before."""
    self.session.add(Once(label=f"parent of {child}"))
    self.session.flush()
    enqueue(self.session, add.s(1, 2), project_id="p1", actor="parent", task_id=UUID(child))
    return self.request.retries + 1
