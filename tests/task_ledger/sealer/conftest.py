"""Fixtures of the sealer's tests: memory for files that are synced often, and a ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import quick_folder
from tests.task_ledger.sealer.ledgers import Ledger
from tests.task_ledger.sealer.logs import Log


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where there is room: a sealer waits for the disk at each step."""
    with quick_folder(tmp_path) as quick:
        yield quick


@pytest.fixture
def log(folder: Path) -> Log:
    """A log that was opened and has published nothing yet."""
    return Log(folder)


@pytest.fixture
def ledger() -> Ledger:
    """A ledger without events."""
    return Ledger()
