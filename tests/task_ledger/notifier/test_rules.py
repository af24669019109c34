"""What fires a rule, and what does not."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from task_ledger.errors import BadQuery
from task_ledger.eventlog.failures import handle_failure, read_failures
from task_ledger.model.transitions import FailureReason
from task_ledger.notifier.errors import InvalidRule
from task_ledger.notifier.notifications import SendState
from task_ledger.notifier.outbox import forget_ended
from task_ledger.notifier.rules import Trigger, change_rule, delete_rule, list_rules
from tests.task_ledger.notifier.house import House, send_all
from tests.task_ledger.notifier.receiver import Receiver
from tests.task_ledger.projector.log import drain, register, start


@pytest.fixture(autouse=True)
def channel(ledger: House, receiver: Receiver) -> None:
    ledger.channel(receiver.url())


def tasks(ledger: House) -> list[UUID | None]:
    """The tasks that were notified, in the order of their notifications."""
    ledger.follow()
    return [each.task_id for each in ledger.made()]


def test_a_final_failure_is_notified_but_no_success_or_cancel(ledger: House) -> None:
    ledger.rule(Trigger.FAILED)
    ledger.complete()
    ledger.fail(reason=FailureReason.CANCELLED)
    failed = [ledger.fail(), ledger.fail(project="q")]
    assert sorted(filter(None, tasks(ledger))) == sorted(failed)


def test_every_end_is_notified_by_a_rule_for_all_ends(ledger: House) -> None:
    ledger.rule(Trigger.ENDED)
    start(ledger.writer, register(ledger.writer, "p"))
    ended = [ledger.complete(), ledger.fail(), ledger.fail(reason=FailureReason.CANCELLED)]
    assert tasks(ledger) == ended


def test_a_rule_is_limited_to_its_project_and_query(ledger: House) -> None:
    ledger.rule(Trigger.FAILED, project_id="p", text="error:*scale*")
    ledger.fail("no scale bar", project="q")
    ledger.fail("no sheet")
    wanted = ledger.fail("no scale bar")
    assert tasks(ledger) == [wanted]


def test_events_recorded_before_the_rule_are_not_notified(ledger: House) -> None:
    ledger.fail()
    ledger.rule(Trigger.FAILED)
    assert tasks(ledger) == []


def test_events_recorded_while_no_notifier_ran_are_notified_once(ledger: House) -> None:
    ledger.follow()
    ledger.rule(Trigger.FAILED)
    failed = [ledger.fail() for _ in range(3)]
    assert tasks(ledger) == failed
    assert tasks(ledger) == failed


def test_a_long_backlog_is_read_in_parts(ledger: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("task_ledger.notifier.following.EVENTS", 2)
    ledger.rule(Trigger.FAILED)
    failed = [ledger.fail() for _ in range(7)]
    assert tasks(ledger) == failed


def test_a_group_is_notified_at_its_first_failure_only(ledger: House) -> None:
    ledger.fail("known before")
    ledger.rule(Trigger.FIRST)
    ledger.fail("known before")
    first = ledger.fail("sheet 1 is empty")
    ledger.fail("sheet 2 is empty")
    other = ledger.fail("no scale bar")
    assert tasks(ledger) == [first, other]


def test_a_handled_group_is_notified_at_each_return_once(ledger: House) -> None:
    ledger.rule(Trigger.RETURNED)
    ledger.fail()
    ledger.fail()
    assert tasks(ledger) == []
    returned: list[UUID] = []
    for _ in range(2):
        handle(ledger)
        returned.append(ledger.fail())
        ledger.fail()
        assert tasks(ledger) == returned


def test_a_return_is_not_notified_again_after_its_notification_was_deleted(
    ledger: House,
) -> None:
    ledger.rule(Trigger.RETURNED)
    ledger.fail()
    ledger.follow()
    handle(ledger)
    returned = ledger.fail()
    assert tasks(ledger) == [returned]
    ledger.writer.execute("DELETE FROM task_ledger.notification")
    ledger.fail()
    assert tasks(ledger) == []


def test_a_requested_end_of_a_task_is_notified_once(ledger: House) -> None:
    task_id = register(ledger.writer, "p")
    ledger.rule(Trigger.ENDED, task_id=task_id)
    assert tasks(ledger) == []
    start(ledger.writer, task_id)
    ended = ledger.complete()
    ledger.rule(Trigger.ENDED, task_id=ended)
    assert tasks(ledger) == [ended]
    assert [rule.task_id for rule in list_rules(ledger.api)] == [task_id]


def test_a_quiet_time_holds_notifications_back_and_reports_their_number(
    ledger: House, receiver: Receiver
) -> None:
    ledger.rule(Trigger.FAILED, quiet_s=600)
    first = ledger.fail()
    for _ in range(4):
        ledger.fail()
    elsewhere = ledger.fail(project="q")
    assert sorted(filter(None, tasks(ledger))) == sorted([first, elsewhere])
    ledger.end_quiet()
    send_all(ledger.sending())
    assert [each.json()["data"].get("held_back") for each in receiver.received][2:] == [4]
    again = ledger.fail()
    assert tasks(ledger) == [again]


def test_a_deleted_rule_notifies_nothing_more(ledger: House) -> None:
    rule = ledger.rule(Trigger.FAILED)
    notified = ledger.fail()
    ledger.follow()
    assert delete_rule(ledger.api, rule.id, actor="anna")
    assert not delete_rule(ledger.api, rule.id, actor="anna")
    ledger.fail()
    assert tasks(ledger) == [notified]


def test_a_paused_rule_notifies_nothing_of_the_pause(ledger: House) -> None:
    rule = ledger.rule(Trigger.FAILED)
    notified = ledger.fail()
    assert tasks(ledger) == [notified]
    change_rule(ledger.api, rule.id, actor="ben", paused=True)
    ledger.fail()
    assert tasks(ledger) == [notified]
    ledger.fail()  # still unread when the rule is resumed
    change_rule(ledger.api, rule.id, actor="ben", paused=False)
    assert tasks(ledger) == [notified]
    later = ledger.fail()
    assert tasks(ledger) == [notified, later]


def test_what_a_quiet_time_held_back_is_reported_when_its_paused_rule_is_resumed(
    ledger: House,
) -> None:
    rule = ledger.rule(Trigger.FAILED, quiet_s=600)
    notified = ledger.fail()
    ledger.fail()
    assert tasks(ledger) == [notified]
    change_rule(ledger.api, rule.id, actor="ben", paused=True)
    ledger.end_quiet()
    assert tasks(ledger) == [notified]
    change_rule(ledger.api, rule.id, actor="ben", paused=False)
    ledger.end_quiet()
    assert tasks(ledger) == [notified, None]


def test_a_changed_rule_applies_to_what_is_not_read_yet(ledger: House) -> None:
    rule = ledger.rule(Trigger.FAILED, text="type:nothing")
    unread = ledger.fail()
    changed = change_rule(ledger.api, rule.id, actor="ben", text="", quiet_s=60.0)
    assert changed is not None
    assert (changed.query, changed.quiet_s, changed.changed_by) == ("", 60.0, "ben")
    assert tasks(ledger) == [unread]


def test_a_task_in_quarantine_does_not_stop_the_others(ledger: House) -> None:
    ledger.rule(Trigger.FAILED)
    broken = ledger.fail()
    ledger.writer.execute(
        "INSERT INTO task_ledger.dead_letter VALUES ('projector', %s, 1, '')", [broken]
    )
    failed = ledger.fail()
    ledger.follow()
    ledger.writer.execute("UPDATE task_ledger.notification_cursor SET seq = 0")
    ledger.writer.execute("DELETE FROM task_ledger.notification")
    ledger.writer.execute("DELETE FROM task_ledger.task_record WHERE task_id = %s", [broken])
    assert tasks(ledger) == [failed]


def test_an_end_waits_for_its_record(ledger: House) -> None:
    ledger.rule(Trigger.FAILED)
    failed = ledger.fail()
    ledger.fail()
    ledger.follow()
    ledger.writer.execute("UPDATE task_ledger.notification_cursor SET seq = 0")
    ledger.writer.execute("DELETE FROM task_ledger.notification")
    ledger.writer.execute(
        "UPDATE task_ledger.task_record SET version = version - 1 WHERE task_id = %s", [failed]
    )
    ledger.following.tick()
    assert ledger.made() == []
    ledger.writer.execute(
        "UPDATE task_ledger.task_record SET version = version + 1 WHERE task_id = %s", [failed]
    )
    assert len(tasks(ledger)) == 2


def test_a_project_that_waits_for_a_record_does_not_delay_others(
    ledger: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("task_ledger.notifier.following.PROJECTS", 1)
    ledger.rule(Trigger.FAILED)
    waiting, ready = ledger.fail(project="a"), ledger.fail(project="b")
    drain(ledger.follower)
    ledger.writer.execute(
        "UPDATE task_ledger.task_record SET version = version - 1 WHERE task_id = %s", [waiting]
    )
    for _ in range(64):
        ledger.following.tick()
    assert [each.task_id for each in ledger.made()] == [ready]
    assert not ledger.following.tick()


def test_an_invalid_rule_is_refused_and_nothing_is_stored(ledger: House) -> None:
    for options in (
        {"trigger": Trigger.STUCK, "project_id": "p"},
        {"trigger": Trigger.REFUSED, "text": "status:failure"},
        {"trigger": Trigger.FAILED, "task_id": UUID(int=1)},
        {"trigger": Trigger.FAILED, "quiet_s": -1.0},
        {"trigger": Trigger.FAILED, "channel": "nowhere"},
    ):
        with pytest.raises(InvalidRule):
            ledger.rule(**options)  # pyright: ignore[reportArgumentType]
    with pytest.raises(BadQuery):
        ledger.rule(Trigger.FAILED, text="no_such_field:x")
    assert list_rules(ledger.api) == []


def test_an_erasure_leaves_no_fingerprint_in_a_notification(ledger: House) -> None:
    ledger.rule(Trigger.FIRST)
    (failed,) = [ledger.fail()]
    assert tasks(ledger) == [failed]
    find = "SELECT fingerprint FROM task_ledger.notification"
    assert ledger.writer.execute(find).fetchone() != (None,)
    ledger.writer.execute("SELECT task_ledger.erase(%s, NULL, 'anna', 'asked')", [failed])
    assert ledger.writer.execute(find).fetchone() == (None,)


def handle(ledger: House) -> None:
    """Record that somebody has handled the only group, up to its last failure."""
    (group,) = read_failures(ledger.api, "p", now=datetime.now(UTC), limit=2)
    assert handle_failure(ledger.api, "p", group.fingerprint, actor="anna", up_to=group.last_at)


def test_old_notifications_are_deleted(ledger: House) -> None:
    ledger.rule(Trigger.FAILED)
    for _ in range(3):
        ledger.fail()
    ledger.follow()
    for state, days, id_ in (("sent", 8, 0), ("sent", 6, 1), ("dead", 8, 2)):
        ledger.writer.execute(
            "UPDATE task_ledger.notification SET state = %s,"
            " ended_at = now() - make_interval(days => %s)"
            " WHERE id = (SELECT min(id) + %s FROM task_ledger.notification)",
            (state, days, id_),
        )
    forget_ended(ledger.notifier)
    assert (len(ledger.made(SendState.SENT)), len(ledger.made(SendState.DEAD))) == (1, 1)
