"""A pack of a period proves offline that nothing of the period is missing, altered or added."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from task_ledger.eventlog.export import COLUMNS
from task_ledger.evidence.pack import Request, Seal
from task_ledger.model.events import Completed, Progress, make_data
from task_ledger.sealer.period_proof import period_proof
from task_ledger.sealer.postgres import PostgresSource
from task_ledger.sealer.seal_file import NotSealed, project_seal
from tests.histories import attempted, completed, registered
from tests.servers import Database
from tests.task_ledger.evidence.test_pack import pack
from tests.task_ledger.sealer import databases
from tests.task_ledger.sealer.databases import chain_anew, number
from tests.task_ledger.sealer.logs import Log

PROJECT = "riverside"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
Owner = psycopg.Connection[Any]


def minute(number: int) -> datetime:
    """When the event with this number was recorded."""
    return NOON + timedelta(minutes=number)


@pytest.fixture
def owner(database: Database) -> Iterator[Owner]:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


@pytest.fixture
def source(database: Database, owner: Owner) -> Iterator[PostgresSource]:
    """A project with 16 events, one a minute. Two tasks are registered before the third minute and
    run afterwards, so that most periods begin and end within a task's history."""
    early, late = registered(owner, PROJECT), registered(owner, PROJECT)
    done = make_data(Completed, result={"rooms": 3})
    attempted(owner, early, make_data(Progress, step="Reading", percent=10), done)
    completed(owner, PROJECT)
    attempted(owner, late, make_data(Progress, step="Reading", percent=10), done)
    completed(owner, PROJECT)
    number(owner)
    for table in ("task_event", "project_timeline"):
        owner.execute(
            f"UPDATE task_ledger.{table} AS e SET recorded_at = %s + t.seq * interval '1 minute'"
            " FROM (SELECT seq, task_id, version FROM task_ledger.project_timeline) AS t"
            " WHERE t.task_id = e.task_id AND t.version = e.version",
            [NOON],
        )
    tasks = owner.execute("SELECT DISTINCT task_id FROM task_ledger.task_event").fetchall()
    chain_anew(owner, *(task_id for (task_id,) in tasks))
    with PostgresSource(database.url_for("auditor")) as source:
        yield source


def seal(log: Log, source: PostgresSource) -> Seal:
    """The project's seal, which proves periods."""
    document = project_seal(log.state, log.store, PROJECT)
    return Seal(document, [], partial(period_proof, log.state, source, document))


@pytest.fixture
def packed(
    database: Database, source: PostgresSource, log: Log
) -> Callable[[datetime | None, datetime | None], zipfile.ZipFile]:
    """Makes a sealed pack of a period."""
    log.tick(source)
    return lambda since, until: pack(
        database, Request(PROJECT, None, since, until, "anna"), seal(log, source)
    )


class Pack:
    """A pack that was unpacked, which somebody may falsify before it is checked."""

    def __init__(self, folder: Path, log: Log, archive: zipfile.ZipFile) -> None:
        self.folder, self.log = folder, log
        self.lines = archive.read("events.ndjson").decode().splitlines(keepends=True)
        self.proof: dict[str, Any] = json.loads(archive.read("seal.json"))
        self.report = archive.read("report.html").decode()

    def numbers(self) -> list[int]:
        """The numbers that the export has."""
        return [json.loads(line)["seq"] for line in self.lines]

    def check(
        self, lines: list[str] | str | None = None, *more: str, **proof: Any
    ) -> tuple[int, str]:
        """What the offline verifier says of it, with other lines or with another proof."""
        path = self.folder / "seal.json"
        path.write_text(json.dumps({**self.proof, **proof}))
        text = lines if isinstance(lines, str) else "".join(self.lines if lines is None else lines)
        key = ["--key", self.log.vkeys[0].encode(), "--checkpoint", str(path)]
        return databases.check(self.folder, text, *key, *more)


Packed = Callable[[datetime | None, datetime | None], zipfile.ZipFile]


@pytest.mark.parametrize(
    ("since", "until", "numbers", "within"),
    [
        (minute(5), minute(12), (4, 12), 7),
        (minute(1), minute(3), (1, 3), 2),
        (minute(12), None, (11, 16), 5),
        (None, minute(4), (1, 4), 3),
        (minute(6) + timedelta(seconds=1), minute(7), (6, 7), 0),
        (minute(40), None, (16, 16), 0),
        (None, minute(1), (1, 1), 0),
    ],
    ids=["middle", "begin", "end", "no begin", "nothing happened", "later", "earlier"],
)
def test_a_pack_has_the_period_and_one_event_on_each_side_of_it(
    packed: Packed,
    log: Log,
    folder: Path,
    since: datetime | None,
    until: datetime | None,
    numbers: tuple[int, int],
    within: int,
) -> None:
    found = Pack(folder, log, packed(since, until))
    first, last = numbers
    assert found.numbers() == list(range(first, last + 1))
    assert found.report.count("<tr><td>") == within
    status, words = found.check()
    assert (status, f"numbers {first} to {last} of 16, of which {within} were" in words) == (
        0,
        True,
    ), words


def test_a_pack_that_was_thinned_cut_extended_or_altered_fails_by_name(
    packed: Packed, log: Log, folder: Path
) -> None:
    found = Pack(folder, log, packed(minute(5), minute(12)))
    whole = Pack(folder, log, packed(minute(0), minute(40)))
    lines, proof = found.lines, found.proof
    altered = [line.replace("Reading", "Writing") for line in lines]
    falsified = {
        "it has number 7 where 6 must be": (lines[:2] + lines[3:], {}),
        "it has number 5 where 4 must be": (lines[1:], {}),
        "the export ends at number 11, the proof is of numbers 4 to 12": (lines[:-1], {}),
        "the export goes on to number 13": (lines + whole.lines[12:13], {}),
        "it has number 3 where 4 must be": (whole.lines[2:3] + lines, {}),
        "its digest does not fit": (altered, {}),
        "number 5 was not recorded before the period began": (
            lines[1:],
            {"first": 5, "left": [proof["left"][0]]},
        ),
        "number 11 was recorded before the period ended": (lines[:-1], {"last": 11}),
        "the proof has another number of roots than those before 4": (lines, {"left": []}),
        "numbers 4 to 12 are not the events that were sealed": (lines, {"right": []}),
        "are not among those that are sealed": (lines, {"last": 99}),
        "version 1 is missing before it": (lines, {"before": {}}),
    }
    for words, (other, changed) in falsified.items():
        status, said = found.check(other, **changed)
        assert (status, words in said) == (1, True), (words, said)
    # What was narrowed is told: the auditor knows for which period they have asked.
    said = found.check(lines, since="2026-11-23T12:06:00.000000Z")
    assert "of which 6 were recorded from 2026-11-23 12:06:00+00:00" in said[1]
    unbounded = found.check(lines, since=None)
    assert (unbounded[0], "was not recorded before the period began" in unbounded[1]) == (1, True)


def test_events_that_an_owner_falsified_after_the_seal_are_not_in_a_pack_that_fits(
    database: Database, source: PostgresSource, owner: Owner, log: Log, folder: Path
) -> None:
    log.tick(source)
    document = seal(log, source)
    request = Request(PROJECT, None, minute(5), minute(12), "anna")
    before = Pack(folder, log, pack(database, request, document))
    (task,) = owner.execute(
        "UPDATE task_ledger.task_event SET actor = 'nobody' WHERE (task_id, version) IN"
        " (SELECT task_id, version FROM task_ledger.project_timeline WHERE seq = 8)"
        " RETURNING task_id"
    ).fetchone() or (None,)
    assert task is not None
    chain_anew(owner, task)
    after = Pack(folder, log, pack(database, request, document))
    assert before.check()[0] == 0
    status, words = after.check()
    assert (status, "numbers 4 to 12 are not the events that were sealed" in words) == (1, True)


def test_a_period_as_csv_is_checked_as_well(packed: Packed, log: Log, folder: Path) -> None:
    found = Pack(folder, log, packed(minute(5), minute(12)))
    out = io.StringIO(newline="")
    rows = [json.loads(line) for line in found.lines]
    csv.writer(out).writerows([COLUMNS, *([row[each] for each in COLUMNS] for row in rows)])
    assert found.check(out.getvalue())[0] == 0
    cut = out.getvalue().splitlines(keepends=True)[:-1]
    status, words = found.check("".join(cut))
    assert (status, "the export ends at number 11" in words) == (1, True)


def test_unsealed_events_of_a_period_are_reported(
    database: Database, source: PostgresSource, owner: Owner, log: Log, folder: Path
) -> None:
    log.tick(source)
    completed(owner, PROJECT)
    number(owner)
    everything = Request(PROJECT, None, minute(5), None, "anna")
    found = Pack(folder, log, pack(database, everything, seal(log, source)))
    assert found.numbers() == list(range(4, 21))
    status, words = found.check()
    assert (status, "; 4 after them are not" in words) == (0, True), words
    unsealed = replace(everything, since=datetime.now(UTC) - timedelta(minutes=1))
    document = project_seal(log.state, log.store, PROJECT)

    def prove(*asked: Any) -> dict[str, Any] | None:
        try:
            return period_proof(log.state, source, {**document, "events": 15}, *asked)
        except NotSealed:
            return None

    archive = pack(database, unsealed, Seal(document, [], prove))
    assert "No. Nothing here is proven by a signature." in archive.read("report.html").decode()
    assert "seal.json" not in archive.namelist()


def test_a_seal_that_was_kept_is_compared_where_it_ends_in_the_period(
    database: Database, source: PostgresSource, owner: Owner, log: Log, folder: Path
) -> None:
    log.tick(source)
    kept = folder / "kept.json"
    old = log.checkpoint().size
    kept.write_text(json.dumps(project_seal(log.state, log.store, PROJECT)))
    completed(owner, PROJECT)
    number(owner)
    log.now += 60
    log.tick(source)
    document = project_seal(log.state, log.store, PROJECT, since=old)
    proven = Seal(document, [], partial(period_proof, log.state, source, document))
    for since, until, words in (
        (minute(5), None, ""),
        (minute(5), minute(9), "ends outside of the period: its events are not compared"),
    ):
        request = Request(PROJECT, None, since, until, "anna")
        found = Pack(folder, log, pack(database, request, proven))
        status, said = found.check(None, "--kept", str(kept))
        assert (status, words in said) == (0, True), said
    sealed = json.loads(kept.read_text())
    kept.write_text(json.dumps({**sealed, "root": "0" * 64}))
    found = Pack(folder, log, pack(database, Request(PROJECT, None, minute(5), None, "a"), proven))
    status, said = found.check(None, "--kept", str(kept))
    assert (status, "numbers up to 16 are not the events that were sealed" in said) == (1, True)
