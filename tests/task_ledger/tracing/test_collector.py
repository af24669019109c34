"""Spans leave before a process ends, and no task waits for a collector."""

import subprocess
import time
from collections.abc import Iterator

import pytest

from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.transitions import Status
from tests.brokers import Brokers
from tests.task_ledger.celery.conftest import Stack, open_stack
from tests.task_ledger.tracing.conftest import SETTINGS
from tests.task_ledger.tracing.receiver import Receiver

MINUTE_MS, MINUTE_S = "60000", "60"


@pytest.fixture
def started(
    receiver: Receiver,
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """A worker and a projector that wait a minute before they export, and for an answer."""
    folder = tmp_path_factory.mktemp("exporting")
    with open_stack(postgres, migrated_template, brokers.space(15), folder) as stack:
        stack.environment |= {
            **SETTINGS,
            "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url,
            "OTEL_BSP_SCHEDULE_DELAY": MINUTE_MS,
            "OTEL_EXPORTER_OTLP_TIMEOUT": MINUTE_S,
        }
        yield stack


def start(stack: Stack) -> None:
    stack.start("projector", "task_ledger.projector")
    stack.start_worker("worker", "-c", "1")


def stop(stack: Stack, name: str) -> float:
    """Ask a process to end by SIGTERM; the seconds that it took."""
    process: subprocess.Popen[bytes] = stack.processes[name]
    began = time.monotonic()
    stack.stop(name)
    assert process.returncode == 0
    return time.monotonic() - began


def test_the_last_spans_leave_before_a_child_and_the_projector_end(
    started: Stack, receiver: Receiver
) -> None:
    start(started)
    task_id = started.enqueue("succeed", "the last")
    assert started.ended(task_id).status is Status.SUCCESS
    started.quiet()
    assert receiver.of_task(task_id) == []
    stop(started, "worker")
    assert len(receiver.of_task(task_id, "run ")) == 1
    assert receiver.of_task(task_id, "publish ") == []
    stop(started, "projector")
    assert len(receiver.of_task(task_id, "publish ")) == 1


def test_a_collector_that_hangs_neither_delays_nor_fails_a_task(
    started: Stack, receiver: Receiver
) -> None:
    started.environment |= {
        "OTEL_BSP_SCHEDULE_DELAY": "50",
        "OTEL_BSP_MAX_QUEUE_SIZE": "4",
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "2",
    }
    receiver.asked.clear()
    receiver.answering.clear()
    start(started)
    first = started.enqueue("succeed", "first")
    assert started.ended(first).status is Status.SUCCESS
    assert receiver.asked.wait(10)
    # More than the queue of spans holds, while every request hangs.
    many = [started.enqueue("succeed", f"hanging {n}") for n in range(12)]
    for task_id in many:
        record = started.ended(task_id)
        assert record.status is Status.SUCCESS
        assert record.completed_at is not None
        assert (record.completed_at - record.created_at).total_seconds() < 10
    assert not receiver.answering.is_set()
    assert stop(started, "worker") < 15
    assert stop(started, "projector") < 15
