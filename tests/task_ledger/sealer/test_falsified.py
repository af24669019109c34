"""What an owner falsifies is found by verify, doctor, the offline verifier or the sealer.

The owner has turned the triggers off and computes digests anew, so that chains and timelines fit.
"""

import io
import json
import runpy
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from task_ledger.cli.checks.check import Level
from task_ledger.cli.checks.functions import functions, other_triggers
from task_ledger.cli.checks.log import triggers
from task_ledger.eventlog.verify import (
    Scope,
    chains,
    closed,
    one_snapshot,
    records,
    timelines,
    tracebacks,
)
from task_ledger.sealer.entries import Schema, parse_entry
from task_ledger.sealer.errors import SealerError, SealRefused
from task_ledger.sealer.event_proofs import event_proofs
from task_ledger.sealer.merkle import root_of
from task_ledger.sealer.postgres import PostgresSource
from task_ledger.sealer.seal_file import project_seal
from task_ledger.sealer.source import Stretch
from task_ledger.sealer.status import seal_status
from task_ledger.sealer.verify_seal import check_events, check_seal
from tests.histories import completed, failed
from tests.servers import Database
from tests.task_ledger.sealer.databases import CHECK_EXPORT, check, export, number, project
from tests.task_ledger.sealer.falsifying import (
    DOCTOR,
    EXPORT,
    FALSIFICATIONS,
    FINDERS,
    OFFLINE,
    PROJECT,
    SEALED,
    SEALER,
    VERIFY,
    Falsification,
    Owner,
    change_an_actor,
)
from tests.task_ledger.sealer.logs import Log

AUDIT = Path(__file__).parents[3] / "docs" / "audit.md"


@pytest.fixture
def owner(database: Database) -> Iterator[Owner]:
    """The database's owner, who has turned the triggers off."""
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


@pytest.fixture
def tasks(database: Database, owner: Owner) -> list[UUID]:
    """Three tasks of the project, and two of another project, all numbered and folded."""
    tasks = [completed(owner, name) for name in (PROJECT, PROJECT, "harbour", PROJECT)]
    tasks.append(failed(owner, "harbour", "Traceback: the sheet is missing"))
    project(database)
    return tasks


@pytest.fixture
def source(database: Database, tasks: list[UUID]) -> Iterator[PostgresSource]:
    """The database as the auditor reads it."""
    with PostgresSource(database.url_for("auditor")) as source:
        yield source


def verified(database: Database) -> bool:
    """Whether `verify` finds something, or says that it could not verify everything."""
    scope = Scope()
    with psycopg.connect(database.url_for("auditor")) as own, one_snapshot(own) as connection:
        for found in (chains, timelines, records, tracebacks):
            if list(found(connection, scope)):
                return True
        return closed(connection, scope) > 0


def verified_sealed(database: Database, source: PostgresSource, log: Log, kept: Path) -> str:
    """What `verify --sealed` finds, in words."""
    seal = check_seal(kept.read_bytes(), log.vkeys)
    try:
        check_events(source, seal, lambda _: None)
    except SealerError as error:
        return str(error)
    with psycopg.connect(database.url_for("auditor")) as own, one_snapshot(own) as connection:
        found = chains(connection, Scope(project_id=PROJECT))
        return "; ".join(f"version {each.version}: {each.reason}" for each in found)


def doctored(database: Database) -> bool:
    """Whether doctor finds functions or triggers that are not this release's."""
    with psycopg.connect(database.url_for("auditor"), autocommit=True) as connection:
        checks = [*functions(connection), *other_triggers(connection), *triggers(connection)]
    assert all(check.level in {Level.OK, Level.FAIL} for check in checks), checks
    return any(check.level is Level.FAIL for check in checks)


def seal(log: Log, folder: Path, since: int = 0) -> Path:
    """The project's seal, in a file for an auditor."""
    path = folder / f"seal since {since}.json"
    path.write_text(json.dumps(project_seal(log.state, log.store, PROJECT, since)))
    return path


@pytest.fixture
def kept(log: Log, source: PostgresSource, folder: Path) -> Path:
    """The seal that an auditor has kept."""
    log.tick(source)
    return seal(log, folder)


def key(log: Log) -> list[str]:
    return ["--key", log.vkeys[0].encode()]


@pytest.mark.parametrize("done", FALSIFICATIONS, ids=str)
def test_each_falsification_is_found_by_the_listed_checks(
    database: Database,
    owner: Owner,
    tasks: list[UUID],
    source: PostgresSource,
    log: Log,
    kept: Path,
    folder: Path,
    done: Falsification,
) -> None:
    published = log.checkpoint()
    schema = source.schema()
    done.falsify(owner, tasks)
    altered = export(database, PROJECT)
    sealed = verified_sealed(database, source, log, kept)
    status, offline = check(folder, altered, *key(log), "--checkpoint", str(kept))
    finders = {
        VERIFY: verified(database),
        SEALED: sealed != "",
        EXPORT: altered != "" and check(folder, altered)[0] == 1,
        OFFLINE: status == 1,
        DOCTOR: doctored(database),
    }
    assert done.sealed_says in sealed
    assert done.offline_says in offline
    try:
        log.tick(source)
    except SealRefused:
        assert log.checkpoint() == published
        assert [each.project_id for each in seal_status(log.state).standing] == [PROJECT]
        finders[SEALER] = True
    else:
        finders[SEALER] = source.schema() != schema
    assert {name for name, found in finders.items() if found} == done.found_by


def test_the_guide_for_auditors_has_the_same_table() -> None:
    rows = [
        [done.words, *("yes" if each in done.found_by else "no" for each in FINDERS)]
        for done in FALSIFICATIONS
    ]
    head = [["manipulation", *FINDERS], ["---"] * (len(FINDERS) + 1)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in [*head, *rows])
    assert table in AUDIT.read_text(), table


def test_an_unaltered_ledger_passes_every_check(
    database: Database, tasks: list[UUID], log: Log, kept: Path, folder: Path
) -> None:
    assert not verified(database)
    assert not doctored(database)
    arguments = [*key(log), "--checkpoint", str(kept)]
    assert check(folder, export(database, PROJECT), *arguments)[0] == 0


def test_events_whose_month_is_gone_are_named(
    owner: Owner, tasks: list[UUID], source: PostgresSource, log: Log
) -> None:
    log.tick(source)
    owner.execute("DELETE FROM task_ledger.task_event WHERE task_id = %s", [tasks[1]])
    with pytest.raises(SealRefused, match=f"version 1 of task {tasks[1]}, which is no event"):
        log.tick(source)


def test_a_gap_in_a_timeline_is_named(
    owner: Owner, tasks: list[UUID], source: PostgresSource, log: Log
) -> None:
    owner.execute(
        "DELETE FROM task_ledger.project_timeline WHERE project_id = %s AND seq = 5", [PROJECT]
    )
    with pytest.raises(SealRefused, match="its timeline lacks number 5"):
        log.tick(source)
    assert not (log.public / "checkpoint").exists()


def test_a_replaced_function_or_trigger_is_in_the_log(
    database: Database, owner: Owner, source: PostgresSource, log: Log
) -> None:
    log.tick(source)
    before = source.schema()
    owner.execute("ALTER TABLE task_ledger.task_event DISABLE TRIGGER ALL")
    disabled = source.schema()
    owner.execute("ALTER TABLE task_ledger.task_event ENABLE TRIGGER ALL")
    owner.execute("ALTER TABLE task_ledger.task_event_0 DISABLE TRIGGER ALL")
    of_one_partition = source.schema()
    owner.execute("ALTER TABLE task_ledger.task_event_0 ENABLE TRIGGER ALL")
    assert source.schema() == before
    assert len({before, disabled, of_one_partition}) == 3
    owner.execute(
        "CREATE OR REPLACE FUNCTION task_ledger.refuse_change() RETURNS trigger"
        " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    )
    log.now += 3600
    log.tick(source)
    found = [parse_entry(entry) for entry in log.entries()]
    digests = [entry.digest for entry in found if isinstance(entry, Schema)]
    assert digests == [before, source.schema()]


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_an_export_is_checked_up_to_the_checkpoint(
    database: Database, owner: Owner, log: Log, kept: Path, folder: Path, form: str
) -> None:
    arguments = [*key(log), "--checkpoint", str(kept)]
    whole = export(database, PROJECT, form)
    assert check(folder, whole, *arguments) == (
        0,
        "12 events of 3 tasks; 0 tasks do not fit\n"
        "sealed at 2026-11-30 00:53:20+00:00: numbers 1 to 12; 0 after them are not\n",
    )
    completed(owner, PROJECT)
    number(owner)
    longer = export(database, PROJECT, form)
    assert "numbers 1 to 12; 4 after them are not" in check(folder, longer, *arguments)[1]
    lines = whole.splitlines(keepends=True) if form == "ndjson" else whole.split("\r\n")
    cut = "".join(lines[:-1]) if form == "ndjson" else "\r\n".join(lines[:-2]) + "\r\n"
    status, words = check(folder, cut, *arguments)
    assert (status, "the export ends at number 11, and 12 are sealed" in words) == (1, True)
    altered = whole.replace("celery@one", "celery@two", 1)
    status, words = check(folder, altered, *arguments)
    assert (status, "its digest does not fit" in words) == (1, True)


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_an_export_that_is_cut_anywhere_fails(
    database: Database,
    log: Log,
    kept: Path,
    folder: Path,
    form: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    main = runpy.run_path(str(CHECK_EXPORT))["main"]
    whole = export(database, PROJECT, form).encode()
    path = folder / "cut"
    arguments = [str(path), *key(log), "--checkpoint", str(kept)]
    monkeypatch.setattr(sys, "argv", ["check_export.py", *arguments])

    def status() -> int:
        with redirect_stdout(io.StringIO()):
            try:
                return int(main())
            except SystemExit:
                return 1

    path.write_bytes(whole)
    assert status() == 0
    # The last line's end says nothing; all else does.
    for size in [*range(0, len(whole) - 2, 41), len(whole) - 3]:
        path.write_bytes(whole[:size])
        assert status() == 1, whole[:size][-40:]


def test_a_seal_extends_a_kept_checkpoint(
    database: Database, owner: Owner, source: PostgresSource, log: Log, kept: Path, folder: Path
) -> None:
    old = log.checkpoint()
    bare = folder / "checkpoint kept"
    bare.write_bytes((log.public / "checkpoint").read_bytes())
    completed(owner, PROJECT)
    number(owner)
    log.tick(source)
    text = export(database, PROJECT)
    newest = seal(log, folder, since=old.size)
    for path in (kept, bare):
        arguments = [*key(log), "--checkpoint", str(newest), "--kept", str(path)]
        assert check(folder, text, *arguments)[0] == 0
    arguments = [*key(log), "--checkpoint", str(seal(log, folder)), "--kept", str(bare)]
    status, words = check(folder, text, *arguments)
    assert (status, "ask for a seal with it" in words) == (1, True)
    for nothing in ("", "{}", "{ }"):
        bare.write_text(nothing)
        arguments = [*key(log), "--checkpoint", str(newest), "--kept", str(bare)]
        status, words = check(folder, text, *arguments)
        assert (status, "what was kept and the checkpoint" in words) == (1, True), nothing


def test_a_sealed_forgery_does_not_extend_the_kept_seal(
    database: Database,
    owner: Owner,
    tasks: list[UUID],
    source: PostgresSource,
    log: Log,
    kept: Path,
    folder: Path,
) -> None:
    """Whoever has the key opens the log a second time and seals a forged history."""
    change_an_actor(owner, tasks)
    second = Log(folder / "second")
    second.keys.write_bytes(log.keys.read_bytes())
    second.vkeys = log.vkeys
    second.tick(source)
    completed(owner, PROJECT)
    number(owner)
    second.tick(source)
    path = seal(second, folder, since=log.checkpoint().size)
    text = export(database, PROJECT)
    arguments = [*key(log), "--checkpoint", str(path)]
    assert check(folder, text, *arguments)[0] == 0
    status, words = check(folder, text, *arguments, "--kept", str(kept))
    assert (status, "what was kept and the checkpoint" in words) == (1, True)


def test_an_event_is_proven_to_be_in_the_sealed_tree(
    source: PostgresSource, log: Log, kept: Path
) -> None:
    from task_ledger.sealer.leaf import event_leaf
    from task_ledger.sealer.merkle import leaf_hash, verify_inclusion

    sealed = json.loads(kept.read_text())
    rows = list(source.rows([Stretch(PROJECT, 0, sealed["events"])]))
    proofs = event_proofs(log.state, source, PROJECT, sealed["events"], [1, 7, 12])
    for seq, proof in proofs.items():
        row = rows[seq - 1]
        assert row.digest is not None
        leaf = leaf_hash(event_leaf(PROJECT, seq, row.task_id, row.version, row.digest))
        hashes = [bytes.fromhex(each) for each in proof]
        verify_inclusion(leaf, seq - 1, sealed["events"], hashes, bytes.fromhex(sealed["root"]))


def test_the_source_reads_stretches_of_several_projects_in_the_requested_order(
    source: PostgresSource,
) -> None:
    assert list(source.moved({})) == [(PROJECT, 12), ("harbour", 7)]
    assert list(source.moved({PROJECT: 12, "harbour": 3, "gone": 2})) == [
        ("gone", 0), ("harbour", 7),
    ]  # fmt: skip
    rows = list(source.rows([Stretch("harbour", 2, 4), Stretch(PROJECT, 0, 2)]))
    assert [(row.project_id, row.seq) for row in rows] == [
        ("harbour", 3), ("harbour", 4), (PROJECT, 1), (PROJECT, 2),
    ]  # fmt: skip
    assert all(row.digest is not None and len(row.digest) == 32 for row in rows)
    assert root_of([]) != root_of([rows[0].digest or b""])
