"""Values that completion offers: those of the project, read in bounded time."""

from task_ledger.eventlog.search.known_values import LOOK, known_values
from tests.task_ledger.eventlog.buffers import buffers_of
from tests.task_ledger.eventlog.filled import PROJECT as FILLED
from tests.task_ledger.eventlog.search.events import TIMELINE
from tests.task_ledger.eventlog.search.tasks import Connection


def test_the_values_are_those_of_the_projects_tasks(reader: Connection) -> None:
    assert known_values(reader, TIMELINE) == {
        "type": ["ocr.read", "ocr_read", "split"],
        "queue": ["ocr", "slow"],
        "worker": ["cpu@vm-1", "ocr@vm-1", "ocr@vm-2"],
        "actor": ["alice", "bob"],
    }
    assert known_values(reader, "nowhere") == {"type": [], "queue": [], "worker": [], "actor": []}


def test_they_are_read_from_indexes_and_the_newest_tasks(auditor: Connection) -> None:
    used, values = buffers_of(auditor, lambda c: known_values(c, FILLED))
    assert values["type"]
    # The newest tasks lie together, about ten on a page.
    assert used <= LOOK // 4
