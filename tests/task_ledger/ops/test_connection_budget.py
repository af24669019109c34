"""What is said of each process's connections is what running ones open at most."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import Connection

from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.ops import connection_budget as budget
from tests.brokers import Brokers
from tests.task_ledger.celery.conftest import Stack, open_stack

CHILDREN = 4


@pytest.fixture(scope="module")
def stack(
    postgres: EmbeddedPostgres, migrated_template: str, brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:  # fmt: skip
    """A projector, and a worker of four children."""
    folder = tmp_path_factory.mktemp("stack")
    with open_stack(postgres, migrated_template, brokers.space(10), folder) as stack:
        stack.start("projector", "task_ledger.projector")
        stack.start_worker()
        yield stack


def sessions(connection: Connection[Any]) -> Counter[str]:
    """The sessions of the database but this one, by what they are for."""
    rows = connection.execute(
        "SELECT application_name FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()"
    ).fetchall()
    return Counter(name for (name,) in rows)


def test_a_projector_and_a_worker_whose_children_are_all_busy_stay_within_it(
    stack: Stack,
) -> None:
    for number in range(CHILDREN):
        stack.enqueue("progress_until_cancelled", f"busy {number}")
    for number in range(CHILDREN):
        stack.wait_reached(f"busy {number}")
    stack.engine.dispose()
    found = sessions(stack.connection)
    parts = {
        f"task-ledger {part}" for part in ("fold", "relay", "reconcile", "act", "months", "queues")
    }
    of_projector = sum(count for name, count in found.items() if name in parts)
    of_worker = found.total() - of_projector
    assert 3 <= of_projector <= budget.PROJECTOR
    assert found["task-ledger lease"] == 1
    assert 2 * CHILDREN + 1 <= of_worker <= budget.WORKER + budget.CHILD * CHILDREN
    for number in range(CHILDREN):
        stack.open_gate(f"busy {number}")


def test_children_are_those_that_the_rest_is_enough_for() -> None:
    assert budget.children_within(40) == 12
    assert budget.children_within(52, workers=2) == 16
    assert budget.children_within(1) == 0
