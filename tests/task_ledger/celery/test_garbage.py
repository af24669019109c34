"""What failed attempts leave behind in a worker's memory is collected while it works."""

from collections.abc import Iterator

import pytest

from task_ledger.celery.worker.garbage import COLLECT_AFTER
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.transitions import Status
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


def test_a_child_keeps_only_the_failures_since_its_last_collection(stack: Stack) -> None:
    failing = [stack.enqueue("fail_without_gc") for _ in range(2 * COLLECT_AFTER + 5)]
    assert {stack.ended(task_id).status for task_id in failing} == {Status.FAILURE}
    kept = stack.ended(stack.enqueue("count_failures_kept")).result
    assert 0 < kept <= COLLECT_AFTER
