"""Writing an evidence pack."""

import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import IO, Any, Final, TypeAlias
from uuid import UUID

from psycopg import Connection

from task_ledger.errors import LedgerError, MonthRetired
from task_ledger.eventlog.export import exported
from task_ledger.eventlog.period import (
    Period,
    events_before,
    find_period,
    retired_within,
    task_names,
)
from task_ledger.eventlog.timeline import LAST, stream_numbered
from task_ledger.evidence.report import Draft
from task_ledger.evidence.report_html import draw_html
from task_ledger.evidence.report_pdf import draw_pdf
from task_ledger.evidence.words import time_in_words

FORMAT: Final = "task-ledger evidence 1"
VERIFIER: Final = "check_export.py"

ProvePeriod: TypeAlias = Callable[[Period, Mapping[UUID, tuple[int, bytes]]], dict[str, Any] | None]


class NothingToShow(LedgerError):
    """There are no events for the requested task or project."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request for an evidence pack.

    Attributes:
        task_id: one task of the project; None for all of it.
        since, until: events recorded at `since` or later and before `until`; None for no limit. For
            a task they limit only the report.
        asked_by: the requester's name.
    """

    project_id: str
    task_id: UUID | None
    since: datetime | None
    until: datetime | None
    asked_by: str

    def period_in_words(self) -> str:
        """The period as text."""
        first = time_in_words(self.since) if self.since else "the first event"
        last = time_in_words(self.until) if self.until else "the last event"
        return f"{first} to {last}"


@dataclass(frozen=True, slots=True)
class Seal:
    """The proof of a pack.

    Attributes:
        document: the project's seal, or the proof of a task's events.
        vkeys: the log's keys, for comparison only; auditors must get theirs independently.
        prove_period: returns the proof of a period of the project, from its numbers and the result
            of `eventlog.period.events_before`; None if none of them is sealed. Required for a
            request with a period.
    """

    document: dict[str, Any]
    vkeys: Sequence[str]
    prove_period: ProvePeriod | None = None

    @property
    def seal(self) -> dict[str, Any]:
        """The project's seal, from either kind of document."""
        return self.document.get("seal", self.document)


def write_pack(
    out: IO[bytes], connection: Connection[Any], request: Request, seal: Seal | None
) -> bool:
    """Write a pack as a zip. Reads within the connection's transaction, which it leaves open.

    Memory does not grow with the number of events.

    Returns: whether any of its events is sealed.

    Args:
        connection: not on autocommit, and REPEATABLE READ, so that export and report agree.
        seal: None if nothing is sealed; the pack then says so.

    Raises:
        NothingToShow: no events match.
        MonthRetired: events of the period may have left the ledger.
        LedgerUnavailable, and errors of `seal.prove_period`.
    """
    made_at = datetime.now(UTC)
    period = _period(connection, request)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        digests: dict[str, str] = {}

        def add(name: str, content: str | bytes) -> None:
            data = content.encode() if isinstance(content, str) else content
            digests[name] = sha256(data).hexdigest()
            archive.writestr(_entry(name, made_at), data)

        written = _write_export(archive, connection, request, period, made_at)
        if written.events == 0:
            raise NothingToShow("There are no such events; check the id.")
        digests["events.ndjson"] = written.digest
        if seal is not None and period is not None:
            seal = _of_period(connection, request.project_id, period, seal)
        if seal is not None:
            add("seal.json", json.dumps(seal.document, indent=1))
        add(VERIFIER, _verifier())
        title = f"Task {request.task_id}" if request.task_id else f"Project {request.project_id}"
        report = written.draft.report(
            f"Evidence: {title}",
            _facts(request, seal, written, made_at),
            task_names(connection, written.draft.tasks()),
        )
        add("report.html", draw_html(report))
        add("report.pdf", draw_pdf(report))
        add("README.txt", _readme(request, seal))
        archive.writestr(
            _entry("manifest.json", made_at),
            json.dumps(
                {**_manifest(request, seal, written, made_at), "files": digests},
                indent=1,
                ensure_ascii=False,
            ),
        )
    return seal is not None


def _period(connection: Connection[Any], request: Request) -> Period | None:
    """The numbers of the request's period; None for a whole project or task.

    Raises:
        NothingToShow: the project has no events.
        MonthRetired: the pack could not be complete.
    """
    if request.task_id is not None or (request.since is None and request.until is None):
        return None
    period = find_period(connection, request.project_id, request.since, request.until)
    if period is None:
        raise NothingToShow("There are no such events; check the id.")
    month = retired_within(connection, request.project_id, period)
    if month is not None:
        raise MonthRetired(
            f"events of the period may have left the ledger with {month.month}: verify the archive"
            f" {month.archive} (`task-ledger archive verify`), or ask for the whole project or for"
            " a later period"
        )
    return period


def _of_period(
    connection: Connection[Any], project_id: str, period: Period, seal: Seal
) -> Seal | None:
    """Combine the seal with the proof of the period; None if none of its numbers is sealed."""
    if seal.prove_period is None:
        raise ValueError("a request with a period needs a seal with prove_period")
    document = seal.prove_period(period, events_before(connection, project_id, period))
    return None if document is None else Seal(document, seal.vkeys)


@dataclass(slots=True)
class _Written:
    """A written export.

    Attributes:
        events: number of events.
        first, last: their lowest and highest number.
        digest: SHA-256 of the export, in hex.
        draft: the report of the events recorded in the period.
    """

    draft: Draft
    events: int = 0
    first: int = 0
    last: int = 0
    digest: str = ""


def _write_export(
    archive: zipfile.ZipFile,
    connection: Connection[Any],
    request: Request,
    period: Period | None,
    made_at: datetime,
) -> _Written:
    written, digest = _Written(Draft()), sha256()
    shown = period or Period(request.since, request.until, 1, LAST)
    numbered = stream_numbered(
        connection,
        request.project_id,
        request.task_id,
        after=period.first - 1 if period else 0,
        before=period.last + 1 if period else LAST,
    )
    with archive.open(_entry("events.ndjson", made_at), "w") as file:
        for seq, event in numbered:
            row = {"seq": seq, **exported(event)}
            line = (json.dumps(row, ensure_ascii=False) + "\n").encode()
            written.first, written.last = written.first or seq, seq
            written.events += 1
            digest.update(line)
            file.write(line)
            if shown.has(event.recorded_at):
                written.draft.add(seq, event)
    written.digest = digest.hexdigest()
    return written


def _facts(
    request: Request, seal: Seal | None, written: _Written, made_at: datetime
) -> list[tuple[str, str]]:
    facts = [
        ("Project", request.project_id),
        ("Period", f"{request.period_in_words()}: {written.draft.events} events"),
        (
            "In events.ndjson",
            f"{written.events} events, numbers {written.first} to {written.last} of the project's"
            " timeline",
        ),
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
        ("Sealed", f"numbers 1 to {sealed['events']}"),
        ("Log", f"{log}, checkpoint over {size} entries"),
        *(("Signed by", each) for each in seal.vkeys),
    ]


def _manifest(
    request: Request, seal: Seal | None, written: _Written, made_at: datetime
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
        "events": written.events,
        "first_seq": written.first,
        "last_seq": written.last,
        "events_in_report": written.draft.events,
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
    if request.task_id is None and (request.since or request.until):
        what += f", from {request.period_in_words()}"
    return f"""Evidence of {what}

events.ndjson   every event, as the ledger stores it, in the order of the project's timeline; of a
                period, with one event before it and one after it
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
