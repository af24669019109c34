"""The access log is sealed, and a change to what is sealed of it is refused."""

import pytest

from task_ledger.sealer.access_tree import access_leaf
from task_ledger.sealer.entries import Access, parse_entry
from task_ledger.sealer.errors import SealRefused
from task_ledger.sealer.merkle import leaf_hash, root_of
from tests.task_ledger.sealer.ledgers import Ledger
from tests.task_ledger.sealer.logs import Log


def sealed(log: Log) -> list[Access]:
    """The entries over the access log."""
    return [e for e in map(parse_entry, log.entries()) if isinstance(e, Access)]


@pytest.fixture
def recorded(log: Log, ledger: Ledger) -> Ledger:
    """Three rows, of which two were sealed by one entry and one by another."""
    ledger.append("riverside")
    ledger.record_access()
    ledger.record_access()
    log.tick(ledger)
    ledger.record_access()
    log.now += 10
    log.tick(ledger)
    return ledger


def test_new_rows_are_sealed_once(log: Log, recorded: Ledger) -> None:
    log.now += 10
    assert log.tick(recorded) is None, "nothing has happened"
    assert [entry.count for entry in sealed(log)] == [2, 3]
    leaves = [leaf_hash(access_leaf(*row)) for row in recorded.access_log]
    assert sealed(log)[-1].root == root_of(leaves)


def change_the_last(rows: list[tuple[int, bytes]]) -> None:
    rows[2] = (3, b"\0" * 32)


def drop_the_last(rows: list[tuple[int, bytes]]) -> None:
    del rows[2]


def drop_all(rows: list[tuple[int, bytes]]) -> None:
    rows.clear()


def leave_a_gap(rows: list[tuple[int, bytes]]) -> None:
    rows.append((5, b"\0" * 32))


@pytest.mark.parametrize("change", [change_the_last, drop_the_last, drop_all, leave_a_gap])
def test_a_change_at_its_end_is_refused_at_once(log: Log, recorded: Ledger, change: object) -> None:
    assert callable(change)
    before = log.checkpoint()
    change(recorded.access_log)
    log.now += 10
    with pytest.raises(SealRefused, match="access log"):
        log.tick(recorded)
    assert log.checkpoint() == before


def test_a_change_further_back_is_refused_within_the_hour(log: Log, recorded: Ledger) -> None:
    recorded.access_log[0] = (1, b"\0" * 32)
    log.now += 10
    log.tick(recorded)
    log.now += 3600
    with pytest.raises(SealRefused, match="rows 1 to 3 of the access log"):
        log.tick(recorded)
