"""Conditions that last are notified when they begin, once, and again when they return."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from task_ledger.notifier.conditions import Conditions
from task_ledger.notifier.rules import Trigger, change_rule
from task_ledger.sealer.alarms import clear_alarm, raise_alarm
from task_ledger.sealer.errors import SealRefused
from task_ledger.sealer.state import State, create_state
from tests.task_ledger.notifier.house import House, send_all
from tests.task_ledger.notifier.receiver import Receiver

LATE = "clock_timestamp() - interval '10 min'"


@pytest.fixture(autouse=True)
def channel(ledger: House, receiver: Receiver) -> None:
    ledger.channel(receiver.url())


def notified(ledger: House, receiver: Receiver) -> list[object]:
    """The data of all messages so far."""
    ledger.conditions.tick()
    send_all(ledger.sending())
    return [each.json()["data"] for each in receiver.received]


def stop_publishing(ledger: House) -> None:
    """A message that has been due for ten minutes."""
    ledger.writer.execute(
        f"INSERT INTO task_ledger.outbox (due_at, try_at, message_id) VALUES ({LATE}, {LATE}, 1)"  # pyright: ignore[reportArgumentType]
    )


def test_unpublished_messages_are_notified_until_they_are_published(
    ledger: House, receiver: Receiver
) -> None:
    ledger.rule(Trigger.STUCK)
    assert notified(ledger, receiver) == []
    for times in (1, 2):
        stop_publishing(ledger)
        assert len(notified(ledger, receiver)) == times
        assert len(notified(ledger, receiver)) == times
        ledger.writer.execute("DELETE FROM task_ledger.outbox")
        assert len(notified(ledger, receiver)) == times
    assert receiver.received[0].json()["data"]["messages"] == 1


def test_a_condition_that_holds_when_its_rule_is_resumed_is_notified_again(
    ledger: House, receiver: Receiver
) -> None:
    rule = ledger.rule(Trigger.STUCK)
    stop_publishing(ledger)
    assert len(notified(ledger, receiver)) == 1
    change_rule(ledger.api, rule.id, actor="ben", paused=True)
    assert len(notified(ledger, receiver)) == 1
    change_rule(ledger.api, rule.id, actor="ben", paused=False)
    assert len(notified(ledger, receiver)) == 2
    assert len(notified(ledger, receiver)) == 2


def test_a_paused_queue_is_not_stuck(ledger: House, receiver: Receiver) -> None:
    ledger.rule(Trigger.STUCK)
    stop_publishing(ledger)
    ledger.writer.execute("UPDATE task_ledger.outbox SET held = 'ocr', try_at = 'infinity'")
    assert notified(ledger, receiver) == []


def test_a_queue_without_a_worker_is_notified(ledger: House, receiver: Receiver) -> None:
    ledger.rule(Trigger.STUCK)
    ledger.rule(Trigger.STUCK, after_s=3600)
    ledger.complete()
    ledger.follow()
    ledger.writer.execute(
        "UPDATE task_ledger.task_record SET state = 'registered', completed_at = NULL,"
        f" queue = 'ocr', attempt_started_at = NULL, due_at = NULL, created_at = {LATE}"  # pyright: ignore[reportArgumentType]
    )
    (found,) = notified(ledger, receiver)
    assert isinstance(found, dict)
    assert (found["queue"], found["tasks"]) == ("ocr", 1)


def test_a_refusing_sealer_is_notified_until_it_signs_again(
    ledger: House, receiver: Receiver, tmp_path: Path
) -> None:
    file = Path(ledger.settings.var_dir) / "seal/seal.sqlite"
    file.parent.mkdir(parents=True)
    create_state(file, "example.com/ledger", 0)
    ledger.rule(Trigger.REFUSED)
    assert notified(ledger, receiver) == []
    state, now = State(file), int(datetime.now(UTC).timestamp())
    raise_alarm(state, SealRefused("an event is missing", "p"), now)
    for _ in range(2):
        assert notified(ledger, receiver) == [{"project_id": "p", "reason": "an event is missing"}]
    clear_alarm(state, "p", now)
    assert len(notified(ledger, receiver)) == 1
    raise_alarm(state, SealRefused("an event is missing", "p"), now)
    assert len(notified(ledger, receiver)) == 2
    state.close()


def test_an_unreadable_seal_state_is_logged_once_and_not_notified(
    ledger: House, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert notified(ledger, receiver) == []
    ledger.rule(Trigger.REFUSED)
    for conditions in (ledger.conditions, Conditions(ledger.notifier, None)):
        for _ in range(2):
            conditions.tick()
        assert "".join(capsys.readouterr()).count("seal_unreadable") == 1
    assert ledger.made() == []
