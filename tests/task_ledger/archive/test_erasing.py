"""What an erasure in an archive refuses."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from task_ledger.archive.alone import alone
from task_ledger.archive.erasing import ErasedInArchive, erase_tasks
from task_ledger.archive.errors import NotYetRetired, StillInUse
from task_ledger.archive.retiring import reopen, retire_month
from task_ledger.archive.store import ArchiveStore
from task_ledger.errors import InvalidEvent
from tests.servers import Database
from tests.task_ledger.archive.months import MONTH, ended
from tests.task_ledger.sealer.databases import project

Owner = psycopg.Connection[Any]


@pytest.fixture
def auditor(database: Database) -> Iterator[Owner]:
    with psycopg.connect(database.url_for("auditor"), autocommit=True) as connection:
        yield connection


def erase(
    auditor: Owner, archives: ArchiveStore, task: UUID, reason: str = "a request"
) -> ErasedInArchive:
    return erase_tasks(
        auditor, archives, MONTH, "riverside", [task], actor="dpo", reason=reason, wait_s=0
    )


def test_nothing_is_erased_in_an_archive_that_may_be_rewritten(
    database: Database, owner: Owner, auditor: Owner, archives: ArchiveStore
) -> None:
    """From the database, with the text: the erasure would be undone."""
    task = ended(owner, "riverside")
    project(database)

    def stop(step: str) -> None:
        if step == "take out":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retire_month(owner, MONTH, archives, None, actor="anna", began=stop)
    with pytest.raises(NotYetRetired, match=f"task-ledger retire {MONTH}"):
        erase(auditor, archives, task)
    assert reopen(owner, MONTH)
    with pytest.raises(NotYetRetired):
        erase(auditor, archives, task)
    retire_month(owner, MONTH, archives, None, actor="anna")
    assert erase(auditor, archives, task).events > 0


def test_two_erasures_in_one_archive_do_not_meet(
    database: Database, owner: Owner, auditor: Owner, archives: ArchiveStore
) -> None:
    """Each would write the other's text again."""
    task = ended(owner, "riverside")
    project(database)
    retire_month(owner, MONTH, archives, None, actor="anna")
    with alone(owner, MONTH, 0), pytest.raises(StillInUse):
        erase(auditor, archives, task)
    assert erase(auditor, archives, task).events > 0


@pytest.mark.parametrize("reason", [" ", "r" * 1001])
def test_an_erasure_needs_a_reason(auditor: Owner, archives: ArchiveStore, reason: str) -> None:
    with pytest.raises(InvalidEvent, match="reason of 1 to 1000 bytes"):
        erase(auditor, archives, UUID(int=0), reason)
