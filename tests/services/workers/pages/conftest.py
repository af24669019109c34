"""One running system for the tests of what is done to pages, with the sample set read."""

from collections.abc import Iterator
from typing import Any

import pytest

from takeoff.sample import write_sample
from task_ledger.local.embedded import EmbeddedPostgres, EmbeddedValkey
from tests.servers import fresh_database
from tests.services.workers.running import System, running


@pytest.fixture(scope="package")
def system(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    valkey: EmbeddedValkey,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[System]:
    """Everything, with a worker for all queues; of the providers, anthropic is not set up."""
    with (
        fresh_database(postgres, migrated_template) as database,
        running(
            database,
            valkey.url_of(14),
            tmp_path_factory.mktemp("system"),
            TASK_LEDGER_ANTHROPIC_API_KEY="",
        ) as system,
    ):
        system.start_worker()
        yield system


@pytest.fixture(scope="package")
def pages(system: System, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The two pages of the sample set, processed and read."""
    path = tmp_path_factory.mktemp("drawings") / "sample.pdf"
    write_sample(path)
    return system.processed(path)
