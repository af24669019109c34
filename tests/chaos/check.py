"""The check: what is true after a run, asked of the database without the product's code.

Each file of `invariants/` is a query whose rows (task_id, what is wrong) are violations. Digests
are recomputed by the program that the documentation gives to auditors, records by a second fold.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, LiteralString, cast
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from tests.chaos.refold import refolded

INVARIANTS = tuple(sorted((Path(__file__).parent / "invariants").glob("*.sql")))
CHECK_EXPORT = Path(__file__).parents[2] / "docs" / "check_export.py"

_EVENTS = "SELECT * FROM task_ledger.task_event ORDER BY task_id, version"
_EXPORT = (
    "SELECT *, data::text AS data_text, private::text AS private_text, NULL AS erased"
    " FROM task_ledger.task_event ORDER BY task_id, version"
)
_EXPORTED = (
    "task_id", "version", "project_id", "shard", "feed", "type", "schema_version", "actor",
    "occurred_at", "recorded_at", "state", "attempt", "max_attempts", "claim",
    "cancel_requested", "due_at", "data_text", "private_text", "salt", "erased", "digest",
)  # fmt: skip


@dataclass(frozen=True)
class Violation:
    """Something that must not be.

    Attributes:
        invariant: which rule it breaks: a file's name, `digests`, `records`, `bound` or `exit`.
        task: the task that shows it; None for what is no task's.
    """

    invariant: str
    task: str | None
    what: str

    def __str__(self) -> str:
        return f"{self.invariant}: {f'task {self.task}: ' if self.task else ''}{self.what}"


def check(connection: Connection[Any], folder: Path) -> list[Violation]:
    """All violations; an empty list when everything holds.

    Args:
        connection: a superuser's, to the database that holds the ledger and the schema `chaos`.
        folder: where the export that is checked is written.
    """
    return [*_queries(connection), *_digests(connection, folder), *_records(connection)]


def ended_by_themselves(exits: Mapping[str, Sequence[int]]) -> list[Violation]:
    """A violation for each process that ended although nobody had killed it.

    Args:
        exits: of each such process, the statuses with which it ended.
    """
    return [
        Violation("exit", None, f"{name} ended by itself, with {list(statuses)}")
        for name, statuses in exits.items()
    ]


def _queries(connection: Connection[Any]) -> Iterator[Violation]:
    for path in INVARIANTS:
        for task_id, what in connection.execute(cast("LiteralString", path.read_text())):
            yield Violation(path.stem, str(task_id) if task_id else None, what)


def _digests(connection: Connection[Any], folder: Path) -> Iterator[Violation]:
    export = folder / "export.ndjson"
    with (
        export.open("w", encoding="utf-8") as lines,
        connection.transaction(),
        connection.cursor("export", row_factory=dict_row) as cursor,
    ):
        for row in cursor.execute(_EXPORT):
            lines.write(json.dumps({name: _exported(name, row[name]) for name in _EXPORTED}) + "\n")
    outcome = subprocess.run(
        [sys.executable, str(CHECK_EXPORT), str(export)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if outcome.returncode:
        for line in [*outcome.stdout.splitlines(), *outcome.stderr.splitlines()]:
            yield Violation("digests", None, line)


def _exported(name: str, value: Any) -> Any:
    if name == "salt" and value is not None:
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, UUID) else value


def _records(connection: Connection[Any]) -> Iterator[Violation]:
    with connection.cursor(row_factory=dict_row) as cursor:
        stored = {
            row["task_id"]: row for row in cursor.execute("SELECT * FROM task_ledger.task_record")
        }
        events = cursor.execute(_EVENTS).fetchall()
    for task_id, rows in groupby(events, key=lambda event: event["task_id"]):
        record = stored.pop(task_id, None)
        if record is None:
            yield Violation("records", str(task_id), "it has no record")
            continue
        try:
            after = refolded(rows)
        except (KeyError, TypeError) as error:
            yield Violation("records", str(task_id), f"its events make no record: {error!r}")
            continue
        wrong = {
            name: f"{record.get(name)!r}, by its events {value!r}"
            for name, value in after.items()
            if not _same(record.get(name), value)
        }
        if wrong:
            yield Violation("records", str(task_id), f"its record differs: {wrong}")
    for task_id in stored:
        yield Violation("records", str(task_id), "its record has no events")


def _same(stored: Any, value: Any) -> bool:
    if isinstance(stored, list) and isinstance(value, list):
        return [str(item) for item in stored] == value
    if isinstance(value, str):
        if isinstance(stored, datetime):
            return stored == datetime.fromisoformat(value)
        if isinstance(stored, UUID):
            return stored == UUID(value)
    return stored == value
