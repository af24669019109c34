"""An application whose tasks are tested with the kit, as an adopter's would be."""

from typing import Any

from celery import shared_task
from celery.exceptions import Ignore
from sqlalchemy import text
from sqlalchemy.orm import Session

from task_ledger import LedgerCelery, LedgerTask, enqueue

app = LedgerCelery("kit", broker="memory://", set_as_current=False)


def write(session: Session, label: str) -> None:
    session.execute(text("INSERT INTO kit_row (label) VALUES (:label)"), {"label": label})


@app.task(task_type="sum")
def add(self: LedgerTask, x: int, y: int = 0) -> int:
    self.progress(0, "Adding")
    write(self.session, f"{x}+{y}")
    self.session.commit()
    self.progress(100, "Added", current=1, total=1)
    return x + y


@app.task(task_type="pure")
def pure(self: LedgerTask, x: int) -> int:
    self.progress(50, "Half")
    return x


@app.task(task_type="flaky", autoretry_for=(OSError,), max_retries=2, default_retry_delay=60)
def flaky(self: LedgerTask, succeed_at: int) -> int:
    attempt = self.request.retries + 1
    write(self.session, f"attempt {attempt}")
    self.progress(10, f"Attempt {attempt}")
    notify.delay(f"attempt {attempt}")
    if attempt < succeed_at:
        raise OSError(f"attempt {attempt}")
    return attempt


@app.task(task_type="forever", max_retries=None)
def forever(self: LedgerTask) -> None:
    raise self.retry(countdown=1)


@app.task(task_type="broken")
def fail(self: LedgerTask, how: str) -> Any:
    write(self.session, "before")
    self.progress(30, "Before")
    match how:
        case "sql":
            self.session.execute(text("SELECT 1/0"))
        case "ignore":
            notify.delay("before it")
            raise Ignore("nothing to do")
        case "object":
            return object()
        case "commit":
            self.session.execute(text("COMMIT"))
        case _:
            raise ValueError(how)


@app.task(task_type="loop")
def loop(self: LedgerTask) -> str:
    write(self.session, "looped")
    for percent in range(0, 101, 10):
        self.progress(percent, "Looping")
    return "not cancelled"


@app.task(task_type="parent")
def parent(self: LedgerTask, x: int) -> str:
    child = enqueue(self.session, add.s(x, 1), project_id="family", actor="parent")
    notify.apply_async(("child",), countdown=30)
    return str(child.task_id)


@app.task
def notify(what: str) -> str:
    return f"told {what}"


@app.task(bind=True, max_retries=3, default_retry_delay=1)  # pyright: ignore[reportArgumentType]
def untracked(self: LedgerTask, succeed_at: int) -> int:
    attempt = self.request.retries + 1
    write(self.session, f"untracked {attempt}")
    notify.delay("from the untracked one")
    if attempt < succeed_at:
        raise self.retry(exc=OSError("not yet"))
    return attempt


@app.task
def broken_untracked() -> None:
    raise ValueError("untracked")


@shared_task(task_type="shared", name="kit.shared")  # pyright: ignore[reportCallIssue]
def shared(self: LedgerTask, x: int) -> int:
    write(self.session, f"shared {x}")
    return x
