"""A preview counts what a rule would have notified in the last 24 hours, at a bounded cost."""

from uuid import UUID

import pytest

from task_ledger.errors import BadQuery
from task_ledger.notifier import preview
from task_ledger.notifier.errors import InvalidRule
from task_ledger.notifier.preview import preview_rule
from task_ledger.notifier.rules import Trigger
from tests.task_ledger.notifier.house import House
from tests.task_ledger.projector.log import drain


@pytest.fixture
def failures(ledger: House) -> list[UUID]:
    """Of three failures of `p`, of which two are alike, and one of another project; a success."""
    failed = [ledger.fail("no such sheet"), ledger.fail("no such sheet"), ledger.fail("torn")]
    ledger.fail(project="q")
    ledger.complete()
    drain(ledger.follower)
    return failed


@pytest.mark.parametrize(
    ("trigger", "text", "matches"),
    [
        (Trigger.FAILED, "", 3),
        (Trigger.ENDED, "", 4),
        (Trigger.FAILED, "is:open", 0),
        (Trigger.FAILED, 'error:~"no such sheet"', 2),
        (Trigger.FIRST, "", 2),
        (Trigger.RETURNED, "", 0),
    ],
)
def test_it_counts_what_the_rule_would_have_notified(
    ledger: House, failures: list[UUID], trigger: Trigger, text: str, matches: int
) -> None:
    found = preview_rule(ledger.api, "p", trigger, text)
    assert (found.matches, found.complete) == (matches, True)


def test_it_does_not_count_what_ended_earlier(ledger: House, failures: list[UUID]) -> None:
    ledger.writer.execute(
        "UPDATE task_ledger.task_record SET completed_at = completed_at - interval '25 h'"
        " WHERE task_id = %s",
        (failures[0],),
    )
    assert preview_rule(ledger.api, "p", Trigger.FAILED).matches == 2


def test_it_says_how_far_back_it_has_read_if_there_are_too_many(
    ledger: House, failures: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "MATCHES", 2)
    found = preview_rule(ledger.api, "p", Trigger.FAILED)
    assert (found.matches, found.complete) == (2, False)
    ended = ledger.writer.execute(
        "SELECT completed_at FROM task_ledger.task_record WHERE task_id = %s", (failures[1],)
    ).fetchone()
    assert ended == (found.since,)


def test_what_cannot_be_previewed_is_refused(ledger: House) -> None:
    with pytest.raises(InvalidRule):
        preview_rule(ledger.api, "p", Trigger.STUCK)
    with pytest.raises(BadQuery):
        preview_rule(ledger.api, "p", Trigger.FAILED, "no_field:x")
