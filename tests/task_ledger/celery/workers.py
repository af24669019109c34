"""Starting the workers that tests lose, giving them tasks, and reading how attempts ended."""

from typing import Any
from uuid import UUID

from celery import Signature
from sqlalchemy.orm import Session

from task_ledger.model.events import Failed, Retrying
from task_ledger.model.transitions import EventType
from task_ledger.registration.enqueue import enqueue as ledger_enqueue
from tests.task_ledger.celery.conftest import Stack


def start_worker(
    stack: Stack,
    name: str = "worker",
    pool: str = "prefork",
    module: str = "losing",
    at_once: int = 2,
    options: tuple[str, ...] = (),
) -> None:
    """Start a worker with short leases.

    Args:
        module: of this folder, with the worker's tasks.
        at_once: how many tasks it works on; solo works on one.
        options: more of the command line.
    """
    stack.start(
        name, "celery", "-A", f"tests.task_ledger.celery.{module}", "worker", "-n", f"{name}@test",
        "-c", "1" if pool == "solo" else str(at_once), "--pool", pool, "--without-gossip",
        "--without-mingle", "-l", "INFO", *options,
    )  # fmt: skip
    log = stack.folder / f"{name}.log"
    stack.until(lambda: b" ready." in log.read_bytes(), "a worker")


def enqueue(
    stack: Stack,
    task: str,
    *args: object,
    max_attempts: int | None = 3,
    module: str = "losing",
    **options: Any,
) -> UUID:
    """Register a task, with options of its message, and commit.

    Args:
        module: of this folder, in which the task is declared.
    """
    name = f"tests.task_ledger.celery.{module}.{task}"
    signature = Signature(name, args=args, app=stack.sender).set(**options)
    with Session(stack.engine) as session:
        task_id = ledger_enqueue(
            session, signature, project_id="p1", actor="tester", task_type="plain",
            max_attempts=max_attempts,
        ).task_id  # fmt: skip
        session.commit()
    return task_id


def reasons(stack: Stack, task_id: UUID) -> list[str]:
    """Why the attempts ended, in their order; a success is `completed`."""
    found: list[str] = []
    for event in stack.events(task_id):
        if isinstance(event.data, Retrying | Failed):
            found.append(str(event.data.reason))
        elif event.type is EventType.COMPLETED:
            found.append("completed")
    return found
