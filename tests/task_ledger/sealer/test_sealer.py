"""What is sealed extends what was sealed, or nothing is signed and it is said why."""

from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from task_ledger.sealer.entries import Keys, Opened, Projects, Schema, parse_entry
from task_ledger.sealer.errors import (
    KeyFileError,
    SealRefused,
    StateUnavailable,
    StoreUnavailable,
)
from task_ledger.sealer.key_file import rotate_key_file
from task_ledger.sealer.merkle import EMPTY_ROOT, leaf_hash, root_of, verify_consistency
from task_ledger.sealer.note import parse_note
from task_ledger.sealer.project_names import project_key, project_leaf, project_name
from task_ledger.sealer.proofs import consistency_proof
from task_ledger.sealer.sealer import Limits, Sealer, Tick, add_entry
from task_ledger.sealer.state import State
from task_ledger.sealer.status import seal_status
from task_ledger.sealer.tile_reader import TileReader
from tests.task_ledger.sealer.breaking import BreakingStore, Steps, watched
from tests.task_ledger.sealer.ledgers import Ledger
from tests.task_ledger.sealer.logs import BEGAN, Log

NO_RECHECK = Limits(recheck=0)


def test_a_log_begins_with_its_name_its_keys_and_the_schema(log: Log, ledger: Ledger) -> None:
    checkpoint = log.tick(ledger)
    assert checkpoint == log.checkpoint()
    assert [parse_entry(entry) for entry in log.entries()] == [
        Opened(BEGAN, log.origin, None, ""),
        Keys(BEGAN, (log.vkeys[0].encode(),)),
        Schema(BEGAN, ledger.schema()),
        Projects(BEGAN, "all", 0, EMPTY_ROOT),
    ]


def test_a_checkpoint_s_entry_covers_the_projects_that_moved(log: Log, ledger: Ledger) -> None:
    log.tick(ledger)
    ledger.append("riverside", 5)
    ledger.append("harbour", 2)
    log.tick(ledger)
    with_two = parse_entry(log.entries()[-1])
    ledger.append("harbour", 1)
    log.tick(ledger)
    with_one = parse_entry(log.entries()[-1])
    state = State(log.state)
    state.close()

    def leaf(project_id: str, size: int) -> tuple[bytes, bytes]:
        name = project_name(project_key(state.secret, project_id), project_id)
        root = root_of(ledger.leaves(project_id, size))
        return name, leaf_hash(project_leaf(name, size, root))

    two = [each for _, each in sorted([leaf("riverside", 5), leaf("harbour", 2)])]
    assert with_two == Projects(BEGAN, "moved", 2, root_of(two))
    assert with_one == Projects(BEGAN, "moved", 1, leaf("harbour", 3)[1])


def test_nothing_is_signed_while_nothing_moves_until_everything_is_covered_again(
    log: Log, ledger: Ledger
) -> None:
    ledger.append("riverside", 3)
    log.tick(ledger)
    assert log.tick(ledger) is None
    log.now += 3599
    assert log.tick(ledger) is None
    log.now += 1
    assert log.tick(ledger) is not None
    first, second = (parse_entry(entry) for entry in log.entries()[3:])
    assert isinstance(first, Projects)
    assert second == Projects(log.now, "all", 1, first.root)


def test_each_checkpoint_extends_the_ones_before(log: Log, ledger: Ledger) -> None:
    checkpoints = []
    for number in range(12):
        ledger.append(f"project {number % 3}", number)
        checkpoints.append(log.tick(ledger))
    newest = checkpoints[-1]
    read = TileReader(log.store, newest.size).node
    for old in checkpoints:
        proof = consistency_proof(old.size, newest.size, read)
        verify_consistency(old.size, newest.size, proof, old.root, newest.root)


def test_a_log_is_read_from_full_tiles_when_the_partial_ones_are_gone(
    log: Log, ledger: Ledger
) -> None:
    log.tick(ledger)
    early = log.checkpoint()
    for _ in range(300):
        add_entry(log.state, Schema(1, bytes(32)))
    log.tick(ledger)
    assert log.checkpoint().size == 304
    # 304 entries: one full bundle and tile, and what is partial now or was on the way there.
    assert {path.split(".p/")[0] for path in log.partial_paths()} == {
        "tile/0/001", "tile/1/000", "tile/entries/001",
    }  # fmt: skip
    assert root_of(log.leaves()) == log.checkpoint().root
    read = TileReader(log.store, early.size)
    assert [read.entry(number) for number in range(early.size)] == log.entries()[:4]
    assert root_of([read.node(0, number) for number in range(early.size)]) == early.root


def drain(ticks: Iterable[Tick]) -> None:
    deque(ticks, maxlen=0)


def test_old_events_are_read_again_in_turn_within_a_stated_number_of_ticks(
    log: Log, ledger: Ledger
) -> None:
    for project_id in ("a", "b", "c"):
        ledger.append(project_id, 500)
    limits = Limits(recheck=200)
    log.tick(ledger, limits=NO_RECHECK)
    ticks = 0
    while seal_status(log.state).recheck.finished_at is None:
        log.now += 10
        log.tick(ledger, limits=limits)
        ticks += 1
    assert ticks <= 1500 / 200 + 3
    assert seal_status(log.state).recheck.took_s == (ticks - 1) * 10
    ledger.falsify("b", 7)
    log.tick(ledger, limits=limits)
    with log.sealer(ledger, limits=limits) as sealer, pytest.raises(SealRefused) as refused:
        drain(sealer.tick() for _ in range(ticks))
    assert str(refused.value).startswith("project 'b': at least one of the events 1 to 256")


def test_a_catch_up_is_sealed_in_portions(log: Log, ledger: Ledger) -> None:
    ledger.append("a", 70_000)
    ledger.append("b", 10)
    limits = Limits(read=25_000, recheck=0)
    with log.sealer(ledger, limits=limits) as sealer:
        read = [sealer.tick().read for _ in range(4)]
    assert sum(read) == 70_010
    assert all(20_000 <= each <= 45_000 for each in read[:2])
    assert seal_status(log.state).unsealed == 0


@pytest.mark.parametrize("room", range(8))
def test_nothing_is_signed_before_its_entries_and_tiles_are_published(
    log: Log, ledger: Ledger, room: int
) -> None:
    ledger.append("riverside", 3)
    steps = Steps(full=room)
    store = BreakingStore(log.store, steps)
    with Sealer(log.state, ledger, store, watched(log.keys, steps)) as sealer:
        # Four bundles, a tile and the checkpoint.
        if room < 6:
            with pytest.raises(StoreUnavailable):
                sealer.tick()
        else:
            sealer.tick()
        assert len(steps.signed) == (room >= 5)
        signed, steps.full = steps.signed[:1], None
        sealer.tick()
    assert [log.checkpoint(), *signed] == [log.checkpoint()] * (1 + len(signed))


def test_while_a_key_is_replaced_both_sign(log: Log, ledger: Ledger) -> None:
    log.tick(ledger)
    (old,) = log.vkeys
    now = datetime.fromtimestamp(log.now, UTC)
    new = rotate_key_file(log.keys, now, timedelta(days=30)).verifier
    ledger.append("riverside")
    log.tick(ledger)
    for vkeys in ([old], [new]):
        log.vkeys = vkeys
        assert log.checkpoint().size == 6
    assert parse_entry(log.entries()[4]) == Keys(BEGAN, (new.encode(), old.encode()))
    log.now += 30 * 86_400
    assert log.tick(ledger) is not None
    assert parse_entry(log.entries()[6]) == Keys(log.now, (new.encode(),))
    assert [each.name for each in parse_note(seal_status(log.state).note or b"").signatures] == [
        log.origin
    ]


def test_a_log_that_stood_still_while_a_key_was_replaced_goes_on(log: Log, ledger: Ledger) -> None:
    log.tick(ledger)
    now = datetime.fromtimestamp(log.now, UTC)
    log.vkeys = [rotate_key_file(log.keys, now, timedelta()).verifier]
    log.now += 86_400
    assert log.tick(ledger) == log.checkpoint()


def test_keys_of_another_log_sign_nothing(log: Log, ledger: Ledger) -> None:
    other = Log(log.state.parent / "other", "example.com/other")
    log.keys = other.keys
    with pytest.raises(KeyFileError, match=r"not those of the log example\.com/ledger"):
        log.tick(ledger)
    assert not (log.public / "checkpoint").exists()


def test_a_change_of_the_ledger_s_functions_is_sealed(log: Log, ledger: Ledger) -> None:
    log.tick(ledger)
    ledger.functions = b"as replaced by somebody"
    log.now += 3600
    log.tick(ledger)
    assert parse_entry(log.entries()[4]) == Schema(log.now, ledger.schema())


def test_the_status_shows_sealed_and_unsealed_events(log: Log, ledger: Ledger) -> None:
    assert seal_status(log.state).published_at is None
    ledger.append("riverside", 3)
    log.tick(ledger)
    status = seal_status(log.state)
    assert (status.origin, status.size, status.published_at) == (log.origin, 4, BEGAN)
    assert (status.projects, status.events, status.unsealed, status.unpublished) == (1, 3, 0, 0)
    assert status.vkeys == (log.vkeys[0].encode(),)
    add_entry(log.state, Schema(1, bytes(32)))
    assert seal_status(log.state).unpublished == 1
    with pytest.raises(StateUnavailable):
        seal_status(log.state.with_name("none"))
