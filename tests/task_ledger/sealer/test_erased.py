"""An erasure is no falsification: seals made before still fit, and the sealer goes on."""

import json
from pathlib import Path

import psycopg
import pytest

from task_ledger.celery.run.upstream import Upstream
from task_ledger.errors import BadResult
from task_ledger.eventlog.erasure import Target, erase
from task_ledger.eventlog.read import read_events
from task_ledger.evidence.words import in_words
from task_ledger.sealer.postgres import PostgresSource
from task_ledger.sealer.seal_file import project_seal
from task_ledger.sealer.verify_seal import check_events, check_seal
from tests.histories import completed
from tests.servers import Database
from tests.task_ledger.sealer.databases import check, export, project
from tests.task_ledger.sealer.logs import Log

PROJECT = "riverside"


def test_an_earlier_seal_stays_valid_after_an_erasure(
    database: Database, log: Log, folder: Path
) -> None:
    with (
        psycopg.connect(database.url, autocommit=True) as owner,
        psycopg.connect(database.url_for("eraser"), autocommit=True) as eraser,
        PostgresSource(database.url_for("sealer")) as source,
    ):
        task, _ = completed(owner, PROJECT), completed(owner, PROJECT)
        project(database)
        log.tick(source)
        kept = folder / "seal.json"
        kept.write_text(json.dumps(project_seal(log.state, log.store, PROJECT)))
        erase(eraser, Target(task), actor="dpo", reason="a request")

        check_events(source, check_seal(kept.read_bytes(), log.vkeys), lambda _: None)
        log.now += 3600
        assert log.tick(source) is not None
        said = in_words(read_events(owner, task)[-1])
        assert said == "Completed: result erased (private data erased)"
        taken = Upstream(task)
        taken.read(owner)
        with pytest.raises(BadResult, match="was erased"):
            taken.arguments()
    for form in ("ndjson", "csv"):
        told = ("--key", log.vkeys[0].encode(), "--checkpoint", str(kept))
        status, words = check(folder, export(database, PROJECT, form), *told)
        assert status == 0, words
        assert "3 events are erased" in words
        assert "numbers 1 to 8" in words
