"""Workers are restarted one after another under load, as a deployment does: no attempt is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Signature
from sqlalchemy.orm import Session

from task_ledger import enqueue
from task_ledger.local.embedded import EmbeddedPostgres
from tests.brokers import Brokers
from tests.task_ledger.celery.conftest import Stack, open_stack

RESTARTS = 4
TASKS = 120


@pytest.fixture
def stack(
    postgres: EmbeddedPostgres, migrated_template: str, brokers: Brokers, tmp_path: Path
) -> Iterator[Stack]:
    """A projector and two workers."""
    with open_stack(postgres, migrated_template, brokers.space(12), tmp_path) as stack:
        stack.start("projector", "task_ledger.projector")
        for name in ("one", "two"):
            start_worker(stack, name)
        yield stack


def start_worker(stack: Stack, name: str) -> None:
    (stack.folder / f"{name}.log").unlink(missing_ok=True)
    stack.start(
        name, "celery", "-A", "tests.deploy.rolling", "worker", "-n", f"{name}@test", "-c", "2",
        "--without-gossip", "--without-mingle", "-l", "INFO",
    )  # fmt: skip
    log = stack.folder / f"{name}.log"
    stack.until(lambda: b" ready." in log.read_bytes(), "a worker")


def test_a_rolling_restart_loses_no_attempt(stack: Stack) -> None:
    with Session(stack.engine) as session:
        for _ in range(TASKS):
            signature = Signature("tests.deploy.rolling.work", args=(0.3,), app=stack.sender)
            enqueue(session, signature, project_id="p1", actor="deploy", task_type="plain")
        session.commit()
    for restart in range(RESTARTS):
        name = ("one", "two")[restart % 2]
        before = _started(stack, name)
        stack.until(lambda n=name, b=before: _started(stack, n) > b + 2, f"{name} to work")
        # SIGTERM, and waits for the process to end by itself.
        stack.stop(name)
        start_worker(stack, name)
    stack.until(lambda: _count(stack, "completed") == TASKS, "all", timeout=60)
    rows = stack.connection.execute("SELECT count(*) FROM domain.effect").fetchone()
    assert rows == (TASKS,)
    ends = {kind: _count(stack, kind) for kind in ("started", "retrying", "failed")}
    assert ends == {"started": TASKS, "retrying": 0, "failed": 0}


def _started(stack: Stack, name: str) -> int:
    row = stack.connection.execute(
        "SELECT count(*) FROM task_ledger.task_event"
        " WHERE type = 'started' AND data ->> 'worker' = %s",
        [f"{name}@test"],
    ).fetchone()
    assert row is not None
    return row[0]


def _count(stack: Stack, kind: str) -> int:
    row = stack.connection.execute(
        "SELECT count(*) FROM task_ledger.task_event WHERE type::text = %s", [kind]
    ).fetchone()
    assert row is not None
    return row[0]
