"""The running system, one for each module of tests."""

from collections.abc import Iterator

import pytest
import redis

from deploy.embedded import EmbeddedPostgres, EmbeddedValkey
from tests.servers import fresh_database
from tests.services.workers.running import System, running


@pytest.fixture(scope="module")
def system(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    valkey: EmbeddedValkey,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[System]:
    """Api, projector, relay, and a worker for all queues."""
    broker_url = valkey.url_of(14)
    with redis.Redis.from_url(broker_url) as client:
        client.flushdb()
    folder = tmp_path_factory.mktemp("system")
    with (
        fresh_database(postgres, migrated_template) as database,
        running(database, broker_url, folder) as system,
    ):
        system.start("projector", "services.projector")
        system.start_worker("worker", "celery,ocr", 2)
        yield system
