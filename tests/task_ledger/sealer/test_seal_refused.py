"""What does not extend what was sealed is named, and nothing is signed."""

from collections.abc import Callable

import pytest

from task_ledger.sealer.errors import (
    SealRefused,
)
from task_ledger.sealer.sealer import Limits
from task_ledger.sealer.status import seal_status
from tests.task_ledger.sealer.ledgers import Ledger
from tests.task_ledger.sealer.logs import Log

NO_RECHECK = Limits(recheck=0)


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
        (change_the_last, "riverside.*(event 30 differs from the sealed one|events 29 to 30)"),
        (drop_and_number_anew, "riverside.*(event 30 differs from the sealed one|events 1 to 16)"),
        (exchange, "riverside.*events 1 to 16 differs from the sealed one"),
        (lambda ledger: ledger.falsify("riverside", 20), "riverside.*events 17 to 24"),
        (lambda ledger: ledger.falsify("riverside", 29), "riverside.*events 29 to 30"),
    ],
)  # fmt: skip
def test_a_falsification_is_named_and_nothing_is_signed_until_it_is_reverted(
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


def test_a_mismatch_in_one_project_stops_the_whole_log(log: Log, ledger: Ledger) -> None:
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
