"""What the doctor says of libraries, clocks and brokers that are not as they should be."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import redis
import time_machine
from pydantic import SecretStr

from deploy.embedded import EmbeddedValkey
from services.cli.checks import versions
from services.cli.checks.check import Level
from task_ledger.ops.settings import Settings
from tests.servers import Database


@pytest.mark.parametrize(
    ("requirement", "told"),
    [
        ("celery>=99", "celery 5"),
        ("no-such-library>=1", "no-such-library is missing"),
        ('uvicorn>=99; extra == "service"', "uvicorn 0"),
    ],
)
def test_a_library_that_does_not_fit_is_named(requirement: str, told: str) -> None:
    assert told in (versions.misfit(requirement) or "")


@pytest.mark.parametrize(
    "requirement",
    [
        "celery>=5.7,<5.8",
        'no-such-library>=1; extra == "embedded"',
        'no-such-library>=1; sys_platform == "win32"',
    ],
)
def test_a_library_that_fits_or_is_not_needed_is_not_named(requirement: str) -> None:
    assert versions.misfit(requirement) is None


def test_clocks_that_are_apart_are_told(database: Database) -> None:
    with psycopg.connect(database.url, autocommit=True) as connection:
        now = {check.name: check.level for check in versions.database(connection)}
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=10)):
            later = {check.name: check.level for check in versions.database(connection)}
    assert (now["clocks"], later["clocks"]) == (Level.OK, Level.WARN)


def test_a_broker_that_throws_messages_away_is_told(
    settings: Settings, valkey: EmbeddedValkey
) -> None:
    settings = settings.model_copy(update={"broker_url": SecretStr(valkey.url_of(0))})
    with redis.Redis.from_url(settings.broker()) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            (evicting,) = versions.broker(settings)
        finally:
            client.config_set("maxmemory-policy", "noeviction")
    assert evicting.level is Level.WARN
    assert "allkeys-lru" in evicting.found
    (keeping,) = versions.broker(settings)
    assert keeping.level is Level.OK
