"""The sealer's state: one owner, never older than what is published, new only after a restore."""

import shutil
import sqlite3

import pytest

from task_ledger.sealer.entries import Opened, parse_entry
from task_ledger.sealer.errors import (
    SealRefused,
    StateUnavailable,
)
from task_ledger.sealer.keys import SigningKey
from task_ledger.sealer.note import Note, parse_note
from task_ledger.sealer.state import create_state
from task_ledger.sealer.status import seal_status
from tests.task_ledger.sealer.ledgers import Ledger
from tests.task_ledger.sealer.logs import BEGAN, Log


def test_of_two_sealers_one_seals_until_it_ends(log: Log, ledger: Ledger) -> None:
    ledger.append("riverside")
    first, second = log.sealer(ledger), log.sealer(ledger)
    assert first.tick().checkpoint is not None
    ledger.append("riverside")
    assert second.tick().standby
    first.close()
    assert second.tick().read == 1
    assert first.tick().standby
    second.close()


def test_a_lost_state_is_not_made_anew(log: Log, ledger: Ledger) -> None:
    ledger.append("riverside")
    log.tick(ledger)
    log.state.unlink()
    with pytest.raises(StateUnavailable, match="put it back"):
        log.tick(ledger)
    create_state(log.state, log.origin, log.now)
    with pytest.raises(SealRefused, match="the state is an older one"):
        log.tick(ledger)


def test_an_older_state_signs_nothing(log: Log, ledger: Ledger) -> None:
    ledger.append("riverside")
    log.tick(ledger)
    shutil.copy(log.state, older := log.state.with_suffix(".older"))
    ledger.append("riverside")
    log.tick(ledger)
    published = log.checkpoint()
    shutil.copy(older, log.state)
    ledger.append("riverside")
    with pytest.raises(SealRefused, match="the state is an older one"):
        log.tick(ledger)
    assert log.checkpoint() == published


def test_an_older_or_empty_store_is_not_published_to(log: Log, ledger: Ledger) -> None:
    ledger.append("riverside")
    log.tick(ledger)
    shutil.copytree(log.public, older := log.public.with_name("older"))
    ledger.append("riverside")
    log.tick(ledger)
    shutil.move(log.public, newest := log.public.with_name("newest"))
    with pytest.raises(SealRefused, match="put the store back"):
        log.tick(ledger)
    shutil.move(older, log.public)
    with pytest.raises(SealRefused, match="the store is an older one"):
        log.tick(ledger)
    shutil.rmtree(log.public)
    shutil.move(newest, log.public)
    ledger.append("riverside")
    assert log.tick(ledger) is not None


def test_a_checkpoint_of_another_log_is_not_overwritten(log: Log, ledger: Ledger) -> None:
    log.tick(ledger)
    other = SigningKey.generate(log.origin)
    text = parse_note((log.public / "checkpoint").read_bytes()).text
    for data in (Note(text, (other.sign(text),)).encode(), b"", b"maintenance\n"):
        (log.public / "checkpoint").write_bytes(data)
        with pytest.raises(SealRefused, match="not of this log"):
            log.tick(ledger)
        assert (log.public / "checkpoint").read_bytes() == data


def test_of_two_that_share_a_copied_state_one_is_refused_before_it_signs(
    log: Log, ledger: Ledger
) -> None:
    log.tick(ledger)
    twin = Log(log.state.parent / "twin")
    shutil.copy(log.state, twin.state)
    shutil.copy(log.keys, twin.keys)
    twin.public, twin.now = log.public, log.now + 1
    # Both have read the store when each of them seals on in its own way.
    ledger.append("riverside")
    checkpoint = (log.public / "checkpoint").read_bytes()
    log.tick(ledger)
    published = log.checkpoint()
    (log.public / "checkpoint").write_bytes(checkpoint)
    with pytest.raises(SealRefused, match="another sealer writes to the same store"):
        twin.tick(ledger)
    assert (log.public / "checkpoint").read_bytes() == checkpoint
    assert seal_status(twin.state).size < published.size


def test_after_a_restore_a_new_log_names_the_one_before(log: Log, ledger: Ledger) -> None:
    ledger.append("riverside", 5)
    log.tick(ledger)
    before = log.checkpoint()
    del ledger.projects["riverside"][3:]
    with pytest.raises(SealRefused):
        log.tick(ledger)
    new = Log(
        log.state.parent / "new",
        "example.com/ledger/2",
        before=before,
        reason="restored the backup of 03:00; two events were lost",
    )
    assert new.tick(ledger) is not None
    assert parse_entry(new.entries()[0]) == Opened(
        BEGAN,
        "example.com/ledger/2",
        (log.origin, before.size, before.root),
        "restored the backup of 03:00; two events were lost",
    )
    with pytest.raises(ValueError, match="name of its own"):
        create_state(log.state.with_name("x"), log.origin, 1, before, "the same name")


def test_an_invalid_state_is_not_opened(log: Log, ledger: Ledger) -> None:
    log.state.write_bytes(b"SQLite format 4" * 100)
    with pytest.raises(StateUnavailable):
        log.tick(ledger)
    log.state.unlink()
    sqlite3.connect(log.state).executescript("CREATE TABLE fact (name, value)").close()
    with pytest.raises(StateUnavailable, match="not a state of this version"):
        log.tick(ledger)


def test_a_state_replaces_no_other_and_is_private_to_its_owner(log: Log) -> None:
    data = log.state.read_bytes()
    with pytest.raises(StateUnavailable):
        create_state(log.state, log.origin, 1)
    assert log.state.read_bytes() == data
    assert log.state.stat().st_mode & 0o777 == 0o600
