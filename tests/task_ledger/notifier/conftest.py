"""A ledger whose notifier is ticked by hand, and a receiver."""

from collections.abc import Iterator

import pytest

from task_ledger.ops.settings import Settings
from tests.servers import Database
from tests.task_ledger.notifier.house import House, house
from tests.task_ledger.notifier.receiver import Receiver, receiving


@pytest.fixture
def ledger(database: Database, settings: Settings) -> Iterator[House]:
    """A ledger without channels and rules."""
    with house(database, settings) as made:
        yield made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of webhooks on this machine."""
    with receiving() as made:
        yield made
