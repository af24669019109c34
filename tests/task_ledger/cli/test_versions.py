"""What the doctor says of libraries and clocks that are not as they should be."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import time_machine

from task_ledger.cli.checks import database_server, versions
from task_ledger.cli.checks.check import Level
from tests.servers import Database

LINES = [
    "celery>=5.7,<5.8",
    'no-such-library>=1; sys_platform == "win32"',
    'uvicorn>=0.1; extra == "server"',
    'no-such-library>=1; extra == "embedded"',
]


def test_libraries_that_fit_or_are_not_needed_are_not_named() -> None:
    assert versions.misfits(LINES) == []
    assert versions.misfits(LINES, ["server"]) == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("celery>=99", "celery 5"),
        ("no-such-library>=1", "no-such-library is missing"),
        ('uvicorn>=99; extra == "server"', "uvicorn 0"),
    ],
)
def test_a_library_that_does_not_fit_is_named(line: str, told: str) -> None:
    (wrong,) = versions.misfits([*LINES, line], ["server"])
    assert told in wrong


def test_an_extra_counts_once_all_of_it_is_there() -> None:
    assert versions.is_installed("server", LINES)
    assert not versions.is_installed("embedded", LINES)
    assert not versions.is_installed("server", [*LINES, 'no-such-library; extra == "server"'])
    assert versions.is_installed("server", [*LINES, 'uvicorn>=99; extra == "server"'])


def test_the_extras_are_those_of_the_distribution() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
    assert sorted(versions.EXTRAS) == sorted(project["optional-dependencies"])


def test_clocks_that_are_apart_are_told(database: Database) -> None:
    with psycopg.connect(database.url, autocommit=True) as connection:
        now = {check.name: check.level for check in database_server.database(connection)}
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=10)):
            later = {check.name: check.level for check in database_server.database(connection)}
    assert (now["clocks"], later["clocks"]) == (Level.OK, Level.WARN)
