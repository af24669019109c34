"""What attempts that end with an exception leave in a worker is collected while it works."""

from collections.abc import Iterator

import pytest

from task_ledger.celery.worker.garbage import COLLECT_AFTER
from task_ledger.local.embedded import EmbeddedPostgres
from tests.brokers import Brokers
from tests.task_ledger.celery.conftest import Stack, open_stack


@pytest.fixture(scope="module")
def stack(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """A worker with one child, projector and relay."""
    folder = tmp_path_factory.mktemp("stack")
    with open_stack(postgres, migrated_template, brokers.space(15), folder) as stack:
        stack.start("projector", "task_ledger.projector")
        stack.start_worker("worker", "--concurrency", "1")
        yield stack


@pytest.mark.parametrize("how", ["fail", "retry", "ignore", "reject"])
def test_a_child_keeps_only_the_exceptions_since_its_last_collection(
    stack: Stack, how: str
) -> None:
    raising = [
        stack.enqueue("raise_without_gc", how, max_attempts=2) for _ in range(2 * COLLECT_AFTER + 5)
    ]
    assert all(stack.ended(task_id).completed_at for task_id in raising)
    kept = stack.ended(stack.enqueue("count_exceptions_kept")).result
    assert 0 < kept <= COLLECT_AFTER
