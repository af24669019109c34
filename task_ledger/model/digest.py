"""The digest chain, which proves that a task's history was not altered.

Each event's digest covers its columns and the previous digest, so a change shows at the first event
whose digest does not match. `docs/digest.md` describes the encoding and what a chain alone cannot
show. The same is computed by `task_ledger.digest` when an event is stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from task_ledger.model.events import TaskEvent
from task_ledger.model.ids import shard_of
from task_ledger.model.texts import mark_of

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Misfit:
    """The first event of a task that does not match, and why."""

    version: int
    reason: str


def digest(previous: bytes | None, event: TaskEvent) -> bytes:
    """The 32-byte digest of `event`, given the previous event's digest.

    For an erased event, it is computed from the hash in its mark.
    """
    encoding, hashes = _hashes(event)
    lines = (
        f"task-ledger {encoding}",
        previous.hex() if previous is not None else "-",
        event.task_id,
        event.version,
        len(event.project_id.encode()),
        event.project_id,
        event.shard,
        event.feed,
        event.type,
        event.schema_version,
        len(event.actor.encode()),
        event.actor,
        seconds(event.occurred_at),
        seconds(event.recorded_at),
        event.state,
        event.attempt,
        event.max_attempts if event.max_attempts is not None else "-",
        event.claim or "-",
        "t" if event.cancel_requested else "f",
        seconds(event.due_at) if event.due_at else "-",
        *hashes,
    )
    return sha256("\n".join(map(str, lines)).encode()).digest()


def _hashes(event: TaskEvent) -> tuple[int, tuple[str, ...]]:
    """The encoding, and its last lines: the hashes of the texts."""
    clear = sha256(event.data_text.encode()).hexdigest()
    private = event.private_text
    if private is None:
        return 1, (clear,)
    if event.erased:
        encoding, kept = mark_of(private) or (2, "")
        return encoding, (kept,) if encoding == 1 else (clear, kept)
    salt = event.salt.bytes if event.salt else b""
    return 2, (clear, sha256(salt + private.encode()).hexdigest())


def seconds(time: datetime) -> str:
    """Seconds since 1970 UTC with six decimals, exact."""
    micros = (time - EPOCH) // timedelta(microseconds=1)
    sign = "-" if micros < 0 else ""
    whole, fraction = divmod(abs(micros), 1_000_000)
    return f"{sign}{whole}.{fraction:06d}"


def first_misfit(events: Iterable[TaskEvent]) -> Misfit | None:
    """Check one task's events, in the order of their versions; None if all match.

    Recomputes every digest from the rows alone and checks that versions have no gap, that times
    do not run backwards, that project and shard never change, and that only a private text has a
    salt.
    """
    previous: TaskEvent | None = None
    for event in events:
        misfit = misfit_after(previous, event)
        if misfit is not None:
            return misfit
        previous = event
    return None


def misfit_after(previous: TaskEvent | None, event: TaskEvent) -> Misfit | None:
    """Check one event against the one before it, None for a task's first; None if it matches.

    Of the one before, the texts are not used.
    """
    expected = previous.version + 1 if previous else 1
    if event.version != expected:
        return Misfit(expected, f"the event is missing; version {event.version} follows")
    salted = event.private_text is not None and not event.erased
    fits = digest(previous.digest if previous else None, event) == event.digest
    if not fits or (event.salt is not None) is not salted:
        return Misfit(event.version, "its digest does not fit its columns and the event before")
    if event.shard != shard_of(event.project_id):
        return Misfit(event.version, "its shard is not that of its project")
    if previous and event.project_id != previous.project_id:
        return Misfit(event.version, "its project is not that of the event before")
    if previous and event.recorded_at < previous.recorded_at:
        return Misfit(event.version, "it was recorded before the event before it")
    return None
