"""What is sealed extends what was sealed, or nothing is signed and it is said why."""

import shutil
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable
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
from task_ledger.sealer.keys import SigningKey
from task_ledger.sealer.merkle import EMPTY_ROOT, leaf_hash, root_of, verify_consistency
from task_ledger.sealer.note import Note, parse_note
from task_ledger.sealer.project_names import project_key, project_leaf, project_name
from task_ledger.sealer.proofs import consistency_proof
from task_ledger.sealer.sealer import Limits, Sealer, Tick, add_entry
from task_ledger.sealer.state import State, create_state
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


def lose_the_tail(ledger: Ledger) -> None:
    del ledger.projects["riverside"][-1]


def lose_a_project(ledger: Ledger) -> None:
    del ledger.projects["harbour"]


def change_the_last(ledger: Ledger) -> None:
    ledger.falsify("riverside", 30)
    ledger.append("riverside")


def drop_and_number_anew(ledger: Ledger) -> None:
    del ledger.projects["riverside"][9]
    ledger.append("riverside", 2)


def exchange(ledger: Ledger) -> None:
    events = ledger.projects["riverside"]
    events[3], events[4] = events[4], events[3]


@pytest.mark.parametrize(
    ("falsify", "names"),
    [
        (lose_the_tail, "riverside.*(ends at 29, and 30 events are sealed|lacks number 30)"),
        (lose_a_project, "harbour.*(timeline ends at 0, and 5 events are sealed|lacks number 1)"),
        (change_the_last, "riverside.*(event 30 is not the one that was sealed|events 29 to 30)"),
        (drop_and_number_anew, "riverside.*(event 30 is not the one|events 1 to 16)"),
        (exchange, "riverside.*events 1 to 16 at least one is not as sealed"),
        (lambda ledger: ledger.falsify("riverside", 20), "riverside.*events 17 to 24"),
        (lambda ledger: ledger.falsify("riverside", 29), "riverside.*events 29 to 30"),
    ],
)  # fmt: skip
def test_what_was_falsified_is_named_and_nothing_is_signed_until_it_is_put_right(
    log: Log, ledger: Ledger, falsify: Callable[[Ledger], None], names: str
) -> None:
    ledger.append("harbour", 5)
    ledger.append("riverside", 30)
    log.tick(ledger)
    published, kept = log.checkpoint(), ledger.backup()
    falsify(ledger)
    for _ in range(2):
        log.now += 7200
        with pytest.raises(SealRefused, match=names):
            log.tick(ledger)
        assert log.checkpoint() == published
    (alarm,) = seal_status(log.state).standing
    assert names.startswith(str(alarm.project_id))
    assert alarm.last_at - alarm.first_at == 7200
    ledger.restore(kept)
    assert log.tick(ledger) is not None
    status = seal_status(log.state)
    assert (status.standing, [each.cleared_at for each in status.cleared]) == ((), [log.now])


@pytest.mark.parametrize("left", [0, 1, 29])
def test_a_shorter_timeline_is_found_at_once_without_reading_old_events(
    log: Log, ledger: Ledger, left: int
) -> None:
    ledger.append("riverside", 30)
    log.tick(ledger)
    del ledger.projects["riverside"][left:]
    with pytest.raises(SealRefused, match=f"ends at {left}, and 30 events are sealed"):
        log.tick(ledger, limits=NO_RECHECK)


def test_one_project_that_does_not_fit_stops_the_whole_log(log: Log, ledger: Ledger) -> None:
    ledger.append("riverside", 30)
    log.tick(ledger)
    ledger.falsify("riverside", 1)
    with pytest.raises(SealRefused):
        log.tick(ledger)
    ledger.append("harbour", 5)
    with pytest.raises(SealRefused, match="riverside"):
        log.tick(ledger, limits=NO_RECHECK)


def test_a_number_without_its_event_is_named(log: Log, ledger: Ledger) -> None:
    ledger.append("riverside", 3)
    task_id, version, _ = ledger.projects["riverside"][1]
    ledger.projects["riverside"][1] = (task_id, version, None)  # type: ignore[assignment]
    with pytest.raises(SealRefused, match=f"number 2 stands for version 1 of task {task_id}"):
        log.tick(ledger)
    assert not (log.public / "checkpoint").exists()


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
    assert str(refused.value).startswith("project 'b': of the events 1 to 256")


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


def test_a_checkpoint_that_is_none_of_the_log_is_not_written_over(log: Log, ledger: Ledger) -> None:
    log.tick(ledger)
    other = SigningKey.generate(log.origin)
    text = parse_note((log.public / "checkpoint").read_bytes()).text
    for data in (Note(text, (other.sign(text),)).encode(), b"", b"maintenance\n"):
        (log.public / "checkpoint").write_bytes(data)
        with pytest.raises(SealRefused, match="none of this log"):
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


def test_the_status_says_what_is_sealed_and_what_is_not(log: Log, ledger: Ledger) -> None:
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


def test_what_is_no_state_is_not_opened(log: Log, ledger: Ledger) -> None:
    log.state.write_bytes(b"SQLite format 4" * 100)
    with pytest.raises(StateUnavailable):
        log.tick(ledger)
    log.state.unlink()
    sqlite3.connect(log.state).executescript("CREATE TABLE fact (name, value)").close()
    with pytest.raises(StateUnavailable, match="no state of this version"):
        log.tick(ledger)


def test_a_state_is_not_made_over_another_one_and_is_its_owner_s_alone(log: Log) -> None:
    data = log.state.read_bytes()
    with pytest.raises(StateUnavailable):
        create_state(log.state, log.origin, 1)
    assert log.state.read_bytes() == data
    assert log.state.stat().st_mode & 0o777 == 0o600
