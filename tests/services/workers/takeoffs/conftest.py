"""One running backend for a module, with the sample drawing set uploaded and calibrated."""

from collections.abc import Iterator
from typing import Any

import pytest
import redis

from deploy.embedded import EmbeddedPostgres, EmbeddedValkey
from takeoff.sample import SampleTruth, write_sample
from tests.servers import fresh_database
from tests.services.workers.takeoffs.backend import Backend, running
from tests.takeoff.providers.provider_server import provider_server


@pytest.fixture(scope="module")
def system(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    valkey: EmbeddedValkey,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Backend]:
    """The backend, with a project and nothing in it."""
    broker_url = valkey.url_of(14)
    with redis.Redis.from_url(broker_url) as client:
        client.flushdb()
    folder = tmp_path_factory.mktemp("system")
    with (
        fresh_database(postgres, migrated_template) as database,
        provider_server() as providers,
        running(database, broker_url, providers, folder) as system,
    ):
        yield system


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> SampleTruth:
    """What is on the sample drawing set."""
    return write_sample(tmp_path_factory.mktemp("truth") / "sample.pdf")


@pytest.fixture(scope="module")
def pages(system: Backend, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The sample's two pages, A-101 and S-101, at their true scale."""
    path = tmp_path_factory.mktemp("sample") / "sample.pdf"
    write_sample(path)
    found = system.upload("sample.pdf", path.read_bytes())
    calibrate(system, *(page["id"] for page in found))
    return found


def calibrate(system: Backend, *page_ids: str) -> None:
    """Give pages of the sample their true scale: 150 dpi at 1:48."""
    for page_id in page_ids:
        system.owner.execute(
            "UPDATE takeoff.page SET scale_value = 37.5, calibrated = true WHERE id = %s",
            (page_id,),
        )
