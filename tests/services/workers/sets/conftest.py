"""One running system whose uploads are processed by themselves, with a worker for each queue."""

from collections.abc import Iterator

import pytest

from task_ledger.local.embedded import EmbeddedPostgres
from tests.brokers import Brokers
from tests.servers import fresh_database
from tests.services.workers.running import System, running


@pytest.fixture(scope="module")
def system(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[System]:
    """Everything, with a worker that runs two tasks at a time, and one that reads images."""
    with (
        fresh_database(postgres, migrated_template) as database,
        running(
            database,
            brokers.space(14).url,
            tmp_path_factory.mktemp("system"),
            TASK_LEDGER_PROCESS_AFTER_UPLOAD="true",
        ) as system,
    ):
        system.start_worker("worker", "celery", 2)
        system.start_worker("worker-ocr", "ocr", 1)
        yield system
