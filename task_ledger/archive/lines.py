"""Lines of archived files: events as exported, with their numbers, and tracebacks."""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from task_ledger.archive.errors import InvalidArchive
from task_ledger.eventlog.export import exported
from task_ledger.model.events import TaskEvent
from task_ledger.model.transitions import EventType, State

PART: Final = 20_000
"""Maximum number of lines in a file: it is compressed and written as a whole."""


def event_line(seq: int, event: TaskEvent) -> dict[str, Any]:
    """The line of an event: its number, and its line in an export."""
    return {"seq": seq, **exported(event)}


def compressed(lines: Iterable[Mapping[str, Any]]) -> bytes:
    """Compress lines into a file. Deterministic: equal lines give equal octets."""
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return gzip.compress(text.encode(), 6, mtime=0)


def parts(lines: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, bytes]]:
    """Split lines into files of at most `PART` lines: each with its number of lines and octets."""
    part: list[Mapping[str, Any]] = []
    for line in lines:
        part.append(line)
        if len(part) == PART:
            yield PART, compressed(part)
            part = []
    if part:
        yield len(part), compressed(part)


def read_lines(data: bytes, path: str) -> list[dict[str, Any]]:
    """The lines of a file.

    Raises:
        InvalidArchive: it is not a file of an archive.
    """
    try:
        return [json.loads(line) for line in gzip.decompress(data).splitlines()]
    except (OSError, EOFError, ValueError) as error:
        raise InvalidArchive(f"{path} is not a file of an archive: {error}") from error


def event_in(line: Mapping[str, Any]) -> tuple[int, TaskEvent]:
    """Parse a line into number and event.

    Raises:
        InvalidArchive: the line is not an event.
    """
    try:
        erased = line["erased"]
        return line["seq"], TaskEvent(
            UUID(line["task_id"]), line["version"], line["project_id"], line["shard"],
            line["feed"], EventType(line["type"]), line["schema_version"], line["actor"],
            _time(line["occurred_at"]), _time(line["recorded_at"]), State(line["state"]),
            line["attempt"], line["max_attempts"], line["claim"] and UUID(line["claim"]),
            line["cancel_requested"], line["due_at"] and _time(line["due_at"]),
            bytes.fromhex(line["digest"]), line["data_text"],
            f'"{erased}"' if erased else line["private_text"],
            line["salt"] and UUID(line["salt"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidArchive(f"a line is not an event: {error!r}") from error


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
