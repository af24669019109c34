"""One running system for each file about takeoffs, with the sample set read and calibrated."""

from collections.abc import Iterator
from typing import Any

import pytest

from takeoff.sample import SampleTruth, write_sample
from task_ledger.local.embedded import EmbeddedPostgres, EmbeddedValkey
from tests.servers import fresh_database
from tests.services.workers.running import System, running


@pytest.fixture(scope="module")
def system(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    valkey: EmbeddedValkey,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[System]:
    """Everything, with a worker that runs four tasks at a time."""
    folder = tmp_path_factory.mktemp("system")
    with (
        fresh_database(postgres, migrated_template) as database,
        running(database, valkey.url_of(14), folder) as system,
    ):
        system.start_worker(concurrency=4)
        yield system


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> SampleTruth:
    """What is on the sample drawing set."""
    return write_sample(tmp_path_factory.mktemp("truth") / "sample.pdf")


@pytest.fixture(scope="module")
def pages(system: System, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The sample's two pages, A-101 and S-101, at their true scale: 150 dpi at 1:48."""
    path = tmp_path_factory.mktemp("sample") / "sample.pdf"
    write_sample(path)
    found = system.processed(path)
    for page in found:
        answer = system.api.put(f"/api/v1/pages/{page['id']}/scale", json={"scale_value": 37.5})
        assert answer.is_success, answer.text
    return found
