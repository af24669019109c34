"""Writing an evidence pack."""

import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID

from psycopg import Connection

from task_ledger.errors import LedgerError
from task_ledger.eventlog.export import exported
from task_ledger.eventlog.timeline import (
    Entry,
    TimelineFilter,
    read_timeline,
    stream_numbered,
)
from task_ledger.evidence.report import MOST_EVENTS, make_report
from task_ledger.evidence.report_html import draw_html
from task_ledger.evidence.report_pdf import draw_pdf
from task_ledger.evidence.words import time_in_words

FORMAT: Final = "task-ledger evidence 1"
VERIFIER: Final = "check_export.py"


class NothingToShow(LedgerError):
    """There are no events for the requested task or project."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request for an evidence pack.

    Attributes:
        task_id: one task of the project; None for all of it.
        since, until: the report's period: recorded at `since` or later, and before `until`. The
            export is always complete, because a partial one could not be proven complete.
        asked_by: who requested it.
    """

    project_id: str
    task_id: UUID | None
    since: datetime | None
    until: datetime | None
    asked_by: str

    def period_in_words(self) -> str:
        """The report's period as text."""
        first = time_in_words(self.since) if self.since else "the first event"
        last = time_in_words(self.until) if self.until else "the last event"
        return f"{first} to {last}"


@dataclass(frozen=True, slots=True)
class Seal:
    """The proof of a pack.

    Attributes:
        document: the project's seal, or the proof of a task's events.
        vkeys: the log's keys, for comparison only; auditors must get theirs independently.
    """

    document: dict[str, Any]
    vkeys: Sequence[str]

    @property
    def seal(self) -> dict[str, Any]:
        """The project's seal, of either document."""
        return self.document.get("seal", self.document)


def write_pack(
    out: IO[bytes], connection: Connection[Any], request: Request, seal: Seal | None
) -> None:
    """Write a pack as a zip. Reads within the connection's transaction, which it leaves open.

    Args:
        connection: not on autocommit, and REPEATABLE READ, so that export and report agree.
        seal: None if nothing is sealed; the pack then says so.

    Raises:
        NothingToShow: there are no such events.
        LedgerUnavailable.
    """
    made_at = datetime.now(UTC)
    wanted = TimelineFilter(
        task_ids=frozenset() if request.task_id is None else frozenset({request.task_id}),
        since=request.since,
        until=request.until,
    )
    entries = read_timeline(connection, request.project_id, wanted, limit=MOST_EVENTS + 1)
    shown = entries[:MOST_EVENTS]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        digests: dict[str, str] = {}

        def add(name: str, content: str | bytes) -> None:
            data = content.encode() if isinstance(content, str) else content
            digests[name] = sha256(data).hexdigest()
            archive.writestr(_entry(name, made_at), data)

        events = _write_export(archive, connection, request, digests, made_at)
        if events == 0:
            raise NothingToShow("There are no such events; check the id.")
        if seal is not None:
            add("seal.json", json.dumps(seal.document, indent=1))
        add(VERIFIER, _verifier())
        facts = _facts(request, seal, events, made_at)
        title = f"Task {request.task_id}" if request.task_id else f"Project {request.project_id}"
        total = len(shown) if len(entries) == len(shown) else events
        report = make_report(f"Evidence: {title}", facts, shown, total)
        add("report.html", draw_html(report))
        add("report.pdf", draw_pdf(report))
        add("README.txt", _readme(request, seal))
        manifest = _manifest(request, seal, events, entries[:1], made_at)
        archive.writestr(
            _entry("manifest.json", made_at),
            json.dumps({**manifest, "files": digests}, indent=1, ensure_ascii=False),
        )


def _write_export(
    archive: zipfile.ZipFile,
    connection: Connection[Any],
    request: Request,
    digests: dict[str, str],
    made_at: datetime,
) -> int:
    events, digest = 0, sha256()
    with archive.open(_entry("events.ndjson", made_at), "w") as file:
        for line in _lines(connection, request):
            events += 1
            digest.update(line)
            file.write(line)
    digests["events.ndjson"] = digest.hexdigest()
    return events


def _lines(connection: Connection[Any], request: Request) -> Iterator[bytes]:
    numbered = stream_numbered(connection, request.project_id, request.task_id)
    for seq, event in numbered:
        yield (json.dumps({"seq": seq, **exported(event)}, ensure_ascii=False) + "\n").encode()


def _facts(
    request: Request, seal: Seal | None, events: int, made_at: datetime
) -> list[tuple[str, str]]:
    facts = [
        ("Project", request.project_id),
        ("Period of this report", request.period_in_words()),
        ("Events in events.ndjson", f"{events}"),
        ("Made", f"{time_in_words(made_at)}, for {request.asked_by}"),
        (
            "Clocks",
            "Recorded is the database's clock, occurred that of the writer; all times in UTC",
        ),
    ]
    if request.task_id is not None:
        facts.insert(1, ("Task", str(request.task_id)))
    if seal is None:
        return [*facts, ("Sealed", "No. Nothing here is proven by a signature.")]
    sealed = seal.seal
    log, size = sealed["checkpoint"].split("\n")[:2]
    return [
        *facts,
        ("Sealed", f"numbers 1 to {sealed['events']} of the project's timeline"),
        ("Log", f"{log}, checkpoint over {size} entries"),
        *(("Signed by", each) for each in seal.vkeys),
    ]


def _manifest(
    request: Request, seal: Seal | None, events: int, first: Sequence[Entry], made_at: datetime
) -> dict[str, Any]:
    sealed = seal.seal if seal is not None else None
    return {
        "format": FORMAT,
        "made_at": made_at.isoformat(),
        "asked_by": request.asked_by,
        "project_id": request.project_id,
        "task_id": str(request.task_id) if request.task_id else None,
        "since": request.since.isoformat() if request.since else None,
        "until": request.until.isoformat() if request.until else None,
        "events": events,
        "first_seq_in_report": first[0].seq if first else None,
        "sealed": sealed["events"] if sealed else 0,
        "root": sealed["root"] if sealed else None,
        "checkpoint": sealed["checkpoint"] if sealed else None,
        "keys": list(seal.vkeys) if seal else [],
    }


def _readme(request: Request, seal: Seal | None) -> str:
    check = f"python {VERIFIER} events.ndjson"
    if seal is not None:
        check += " --key VKEY --checkpoint seal.json"
    what = f"task {request.task_id}" if request.task_id else f"project {request.project_id}"
    return f"""Evidence of {what}

events.ndjson   every event, as the ledger stores it, in the order of the project's timeline
seal.json       leads from these events to a signed checkpoint; missing where nothing is sealed
{VERIFIER} checks both, with Python 3.11 or newer and nothing else. Read it first
report.html     the same events in words, with the tasks over time; report.pdf is for printing
manifest.json   what was asked for, by whom, and the SHA-256 of each file

To check it:

    {check}

VKEY is the log's key. Have it from somebody whom you trust, not from this pack: a key that comes
with the evidence proves nothing. Keep seal.json: a later one must extend it (--kept).
"""


def _entry(name: str, made_at: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, made_at.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def _verifier() -> bytes:
    """The path of check_export.py, in the installed package or a checkout."""
    packaged = Path(str(files("task_ledger.evidence"))) / "_check_export.py"
    if packaged.is_file():
        return packaged.read_bytes()
    return (Path(__file__).parents[2] / "docs" / VERIFIER).read_bytes()
