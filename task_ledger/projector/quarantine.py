"""Quarantine for tasks that could not be folded: stored with the reason, and retried at a bounded
rate."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import structlog
from psycopg import Connection

from task_ledger.errors import FoldError
from task_ledger.model.sanitize import cut_to, sanitize_text
from task_ledger.projector.database import query
from task_ledger.projector.follower import PROJECTOR
from task_ledger.projector.records import store_records, stored_versions
from task_ledger.projector.refolding import refold
from task_ledger.projector.rollups import Rollups, count_refolded

_log = structlog.get_logger(__name__)

AT_ONCE: Final = 20
"""Maximum number of tasks retried in one round."""

_REASON: Final = 2000


def is_quarantined(connection: Connection[Any], task_id: UUID) -> bool:
    """Whether a task is in quarantine."""
    wanted = {"follower": PROJECTOR, "task_id": task_id}
    return connection.execute(query("quarantined"), wanted, prepare=True).fetchone() is not None


def quarantine(connection: Connection[Any], task_id: UUID, version: int, reason: str) -> None:
    """Put a task into quarantine, in the transaction that holds its shard.

    Its record is not updated until `retry` succeeds.

    Args:
        version: the event at which folding failed.
    """
    _log.error("task_quarantined", task_id=str(task_id), version=version, reason=reason)
    parameters = {
        "follower": PROJECTOR,
        "task_id": task_id,
        "version": version,
        "reason": cut_to(sanitize_text(reason), _REASON),
    }
    connection.execute(query("quarantine"), parameters)


def retry(connection: Connection[Any]) -> int:
    """Refold the tasks that are due for another try from their first events.

    Each is tried in its own transaction, which holds its shard: an event appended in the meantime
    is folded by the next tick. A task whose shard is held is left for the next round.

    Args:
        connection: in autocommit mode.

    Returns:
        The number of tasks that left quarantine.
    """
    due = connection.execute(
        query("due_in_quarantine"), {"follower": PROJECTOR, "limit": AT_ONCE}, prepare=True
    ).fetchall()
    return sum(_try(connection, task_id, shard) for task_id, shard in due)


def overwrite(connection: Connection[Any], task_ids: Sequence[UUID]) -> set[UUID]:
    """Fold tasks from their first events, and store each, replacing its record, or quarantine it.

    Events behind that record are added to the rollups.

    Runs in the caller's transaction, which holds the tasks' shards.

    Returns:
        The tasks that are now in quarantine.
    """
    since = stored_versions(connection, task_ids)
    folds = refold(connection, task_ids)
    refolded = [fold for fold in folds.values() if not isinstance(fold, FoldError)]
    records = [fold.record for fold in refolded]
    failures = {i: str(fold) for i, fold in folds.items() if isinstance(fold, FoldError)}
    failures |= store_records(connection, records, again=True)
    rollups = Rollups()
    count_refolded(rollups, refolded, since, failures)
    rollups.store(connection)
    for task_id, reason in failures.items():
        quarantine(connection, task_id, 0, reason)
    connection.execute(
        query("release"),
        {"follower": PROJECTOR, "task_ids": [i for i in task_ids if i not in failures]},
        prepare=True,
    )
    return set(failures)


def _try(connection: Connection[Any], task_id: UUID, shard: int) -> bool:
    with connection.transaction():
        wanted = {"follower": PROJECTOR, "shards": [shard], "known": [""]}
        if connection.execute(query("lock_checkpoints"), wanted).fetchone() is None:
            return False
        if not is_quarantined(connection, task_id):
            return False
        healed = not overwrite(connection, [task_id])
    if healed:
        _log.info("task_healed", task_id=str(task_id))
    return healed
