"""Quarantine for tasks that could not be folded: stored with the reason, and retried at a bounded
rate."""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

import structlog
from psycopg import Connection

from task_ledger.errors import FoldError
from task_ledger.model.sanitize import cut_to, sanitize_text
from task_ledger.projector.database import query, uuid_array
from task_ledger.projector.follower import PROJECTOR
from task_ledger.projector.records import store_records
from task_ledger.projector.refolding import refold

_log = structlog.get_logger(__name__)

AT_ONCE: Final = 20
"""Maximum number of tasks retried in one round."""

_REASON: Final = 2000


def quarantined(connection: Connection[Any], task_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the given tasks that are in quarantine."""
    wanted = {"follower": PROJECTOR, "task_ids": uuid_array(task_ids)}
    rows = connection.execute(query("quarantined"), wanted, prepare=True)
    return {row[0] for row in rows.fetchall()}


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

    Each is tried in a transaction of its own, which holds its shard: an event that is appended
    meanwhile is folded by the tick after it. A task whose shard is held is left for the next round.

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
    """Fold tasks from their first events, and store or quarantine each, over the record it has.

    Runs in the caller's transaction, which holds the tasks' shards.

    Returns:
        The tasks that are now in quarantine.
    """
    folds = refold(connection, task_ids)
    records = [fold for fold in folds.values() if not isinstance(fold, FoldError)]
    failures = {i: str(fold) for i, fold in folds.items() if isinstance(fold, FoldError)}
    failures |= store_records(connection, records, again=True)
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
        if not quarantined(connection, [task_id]):
            return False
        healed = not overwrite(connection, [task_id])
    if healed:
        _log.info("task_healed", task_id=str(task_id))
    return healed
