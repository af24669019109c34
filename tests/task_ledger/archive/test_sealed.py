"""Months are sealed before they leave, and the sealer goes on afterwards."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import psycopg
import pytest

from task_ledger.archive.documents import PROJECT, folder_of
from task_ledger.archive.errors import InvalidArchive, NotYetSealed
from task_ledger.archive.retiring import retire_month
from task_ledger.archive.sealing import SealedLog
from task_ledger.archive.store import ArchiveStore
from task_ledger.archive.verifying import Verified, verify_month
from task_ledger.sealer.entries import Retired, parse_entry
from task_ledger.sealer.errors import SealRefused, StoreUnavailable
from task_ledger.sealer.event_proofs import task_proof
from task_ledger.sealer.location import LogLocation
from task_ledger.sealer.postgres import PostgresSource
from task_ledger.sealer.seal_file import NotSealed, project_seal
from task_ledger.sealer.store import FolderStore
from task_ledger.sealer.verify_seal import check_events, check_seal
from tests.servers import Database
from tests.task_ledger.archive.months import MONTH, ended, registered
from tests.task_ledger.sealer.databases import project
from tests.task_ledger.sealer.logs import Log

Owner = psycopg.Connection[Any]
LATER = MONTH.back(-1)


class Unwritable(FolderStore):
    """A store that can be read, and is full."""

    def add(self, path: str, data: bytes) -> None:
        raise StoreUnavailable(f"no space left for {path}")


@pytest.fixture
def source(database: Database) -> Iterator[PostgresSource]:
    with PostgresSource(database.url_for("sealer")) as source:
        yield source


def sealed_log(log: Log, source: PostgresSource) -> SealedLog:
    return SealedLog(LogLocation(log.state, log.keys, str(log.public)), source)


def retire(owner: Owner, archives: ArchiveStore, log: Log, source: PostgresSource) -> None:
    sealed = sealed_log(log, source)
    retire_month(owner, MONTH, archives, sealed, actor="anna", wait_s=10)


def mixed(owner: Owner, database: Database, tasks: int = 3) -> None:
    """Tasks of two months whose events alternate in one timeline, and another project."""
    for _ in range(tasks):
        ended(owner, "riverside")
        ended(owner, "riverside", LATER)
    ended(owner, "harbour")
    project(database)


def test_the_archive_leads_to_the_seal_and_the_sealer_goes_on(
    database: Database, owner: Owner, archives: ArchiveStore, log: Log, source: PostgresSource
) -> None:
    mixed(owner, database)
    retire(owner, archives, log, source)
    assert verify_month(archives, MONTH, log.vkeys) == Verified(16, 4, 0, 2, 2)
    log.now += 1_000_000
    assert log.tick(source) is not None, "the last number of a project has left"

    ended(owner, "riverside", LATER)
    ended(owner, "harbour", LATER)
    project(database)
    log.now += 1_000_000
    checkpoint = log.tick(source)
    assert checkpoint is not None
    log.now += 1_000_000
    assert log.tick(source) is not None, "it has read every event again"
    entries = [parse_entry(entry) for entry in log.entries()]
    (retired,) = [entry for entry in entries if isinstance(entry, Retired)]
    assert (retired.bucket, retired.count) == (MONTH.bucket, 16)
    for project_id, events in (("riverside", 28), ("harbour", 8)):
        seal = project_seal(log.state, log.store, project_id)
        assert seal["events"] == events
        check_events(source, check_seal(json.dumps(seal).encode(), log.vkeys))


def test_a_later_event_beside_retired_ones_can_still_be_proven(
    database: Database, owner: Owner, archives: ArchiveStore, log: Log, source: PostgresSource
) -> None:
    mixed(owner, database)
    task = ended(owner, "riverside", LATER)
    project(database)
    retire(owner, archives, log, source)
    with psycopg.connect(database.url_for("auditor")):
        proof = task_proof(log.state, log.store, source, "riverside", task)
    assert [each["version"] for each in proof["events"]] == [1, 2, 3, 4]


def test_a_leaf_of_a_retired_event_that_was_altered_stops_the_sealer(
    database: Database,
    owner: Owner,
    superuser: Owner,
    archives: ArchiveStore,
    log: Log,
    source: PostgresSource,
) -> None:
    mixed(owner, database)
    retire(owner, archives, log, source)
    superuser.execute(
        "UPDATE task_ledger.retired_leaf SET leaves = sha256(leaves) || substr(leaves, 33)"
        " WHERE project_id = 'riverside' AND first_seq = 1"
    )
    ended(owner, "riverside", LATER)
    project(database)
    log.now += 1_000_000
    with pytest.raises(SealRefused, match="riverside"):
        log.tick(source)


def test_a_month_that_is_not_sealed_stays(
    database: Database, owner: Owner, archives: ArchiveStore, log: Log, source: PostgresSource
) -> None:
    mixed(owner, database)
    log.tick(source)
    log.keys.rename(log.keys.with_name("elsewhere"))
    ended(owner, "riverside")
    project(database)
    with pytest.raises(NotYetSealed, match="of 'riverside', 24 of 28 events"):
        retire_month(owner, MONTH, archives, sealed_log(log, source), actor="anna", wait_s=0.2)
    assert archives.months() == []
    log.keys.with_name("elsewhere").rename(log.keys)
    retire(owner, archives, log, source)


def test_a_month_whose_archive_does_not_lead_to_its_seal_stays(
    database: Database, owner: Owner, archives: ArchiveStore, log: Log, source: PostgresSource
) -> None:
    ended(owner, "riverside", LATER)
    task = ended(owner, "riverside")
    project(database)
    path = f"{MONTH}/{folder_of('riverside')}/{PROJECT}"

    def damage(step: str) -> None:
        if step == "read back":
            document = json.loads(archives.read(path) or b"")
            archives.replace(path, json.dumps(document | {"others": []}).encode())

    with pytest.raises(InvalidArchive, match="differ from the sealed ones"):
        retire_month(
            owner, MONTH, archives, sealed_log(log, source), actor="anna", wait_s=10, began=damage
        )
    found = owner.execute("SELECT FROM task_ledger.task_event WHERE task_id = %s", (task,))
    assert len(found.fetchall()) == 4


@pytest.mark.parametrize(
    "values",
    [
        {"others": [[0, 2, "00" * 32]]},
        {"others": [[0, 62, "00" * 32]]},
        {"others": [[0, 1000, "00" * 32]]},
        {"others": [[0, 2, "no hash"]]},
        {"others": []},
        {"seal": None},
        {"month": "../../etc"},
        {"project_id": "harbour"},
        {"events": 0},
    ],
)
def test_a_document_of_an_archive_that_was_altered_is_refused(
    database: Database,
    owner: Owner,
    archives: ArchiveStore,
    log: Log,
    source: PostgresSource,
    values: dict[str, Any],
) -> None:
    ended(owner, "riverside", LATER)
    ended(owner, "riverside")
    project(database)
    retire(owner, archives, log, source)
    path = f"{MONTH}/{folder_of('riverside')}/{PROJECT}"
    document = json.loads(archives.read(path) or b"")
    assert [each[:2] for each in document["others"]] == [[0, 2]]
    archives.replace(path, json.dumps(document | values).encode())
    with pytest.raises(InvalidArchive):
        verify_month(archives, MONTH, log.vkeys)


def test_many_events_are_proven_by_few_nodes(
    database: Database, owner: Owner, archives: ArchiveStore, log: Log, source: PostgresSource
) -> None:
    """Over more than one tile of 256 events, with single events of the month in between."""
    for _ in range(2):
        for _ in range(70):
            registered(owner, "riverside", LATER)
        ended(owner, "riverside")
    for _ in range(300):
        registered(owner, "riverside", LATER)
    project(database)
    retire(owner, archives, log, source)
    path = f"{MONTH}/{folder_of('riverside')}/{PROJECT}"
    document = json.loads(archives.read(path) or b"")
    assert len(document["others"]) < 40
    assert verify_month(archives, MONTH, log.vkeys).sealed == 1


def test_a_seal_that_is_not_published_yet_is_waited_for(
    database: Database, owner: Owner, log: Log, source: PostgresSource
) -> None:
    mixed(owner, database)
    assert log.tick(source) is not None
    ended(owner, "riverside", LATER)
    project(database)
    log.now += 10
    with pytest.raises(StoreUnavailable):
        log.tick(source, store=Unwritable(log.public))
    with pytest.raises(NotSealed):
        project_seal(log.state, log.store, "riverside")

    tree = sealed_log(log, source).tree("riverside")

    assert tree.seal["events"] == 28
    check_seal(json.dumps(tree.seal).encode(), log.vkeys)


def test_a_seal_that_another_sealer_publishes_is_waited_for(
    database: Database, owner: Owner, log: Log, source: PostgresSource
) -> None:
    mixed(owner, database)
    with log.sealer(source, store=Unwritable(log.public)) as other, ThreadPoolExecutor(1) as pool:
        with pytest.raises(StoreUnavailable):
            other.tick()
        tree = pool.submit(sealed_log(log, source).tree, "riverside")
        assert wait([tree], timeout=0.3).not_done
        other.close()
        assert tree.result(10).seal["events"] == 24
