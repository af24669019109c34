"""A ledger in PostgreSQL with a timeline, what is exported of it, and its owner."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from task_ledger.eventlog.export import COLUMNS, exported
from task_ledger.eventlog.read import read_events
from task_ledger.eventlog.timeline import stream_timeline
from task_ledger.model.digest import digest
from task_ledger.model.fold import fold_all
from task_ledger.projector.database import connect
from task_ledger.projector.follower import PROJECTOR, Follower
from task_ledger.projector.projection import Projection
from task_ledger.projector.records import store_records
from tests.servers import Database

CHECK_EXPORT = Path(__file__).parents[3] / "docs" / "check_export.py"


def number(owner: psycopg.Connection[Any]) -> None:
    """Number what the timelines lack, as a projector that has read everything does."""
    owner.execute(
        "INSERT INTO task_ledger.project_head SELECT DISTINCT project_id, 0"
        " FROM task_ledger.task_event ON CONFLICT DO NOTHING"
    )
    owner.execute(
        """
        INSERT INTO task_ledger.project_timeline
        SELECT n.before + row_number() OVER (PARTITION BY e.project_id ORDER BY e.feed),
            e.recorded_at, e.version, e.type, e.bucket, h.id, e.task_id, e.project_id
        FROM task_ledger.task_event AS e
        JOIN task_ledger.project_head AS h USING (project_id)
        CROSS JOIN LATERAL (
            SELECT coalesce(max(t.seq), 0) AS before FROM task_ledger.project_timeline AS t
            WHERE t.project_id = e.project_id
        ) AS n
        WHERE NOT EXISTS (
            SELECT FROM task_ledger.project_timeline AS t
            WHERE t.task_id = e.task_id AND t.version = e.version
        )
        """
    )
    heads(owner)


def heads(owner: psycopg.Connection[Any]) -> None:
    """Make what is known of each timeline fit the rows that it has."""
    owner.execute(
        "DELETE FROM task_ledger.project_head WHERE project_id NOT IN"
        " (SELECT project_id FROM task_ledger.project_timeline)"
    )
    owner.execute("DELETE FROM task_ledger.project_bucket")
    owner.execute(
        """
        UPDATE task_ledger.project_head AS h SET seq = t.last
        FROM (SELECT project_id, max(seq) AS last FROM task_ledger.project_timeline GROUP BY 1) AS t
        WHERE h.project_id = t.project_id
        """
    )
    owner.execute(
        """
        INSERT INTO task_ledger.project_bucket
        SELECT project_id, bucket, min(seq), max(seq)
        FROM task_ledger.project_timeline
        GROUP BY project_id, bucket
        """
    )


def renumber(owner: psycopg.Connection[Any], project_id: str) -> None:
    """Close the gaps of a timeline, as somebody does who has removed something from it."""
    owner.execute(
        """
        WITH gone AS (
            DELETE FROM task_ledger.project_timeline WHERE project_id = %s RETURNING *
        )
        INSERT INTO task_ledger.project_timeline
        SELECT row_number() OVER (ORDER BY seq), recorded_at, version, type, bucket, project,
            task_id, project_id
        FROM gone
        """,
        (project_id,),
    )
    heads(owner)


def chain_anew(owner: psycopg.Connection[Any], *tasks: UUID) -> None:
    """Compute the digests of tasks again from what their rows say now."""
    for task_id in tasks:
        before: bytes | None = None
        for event in list(read_events(owner, task_id)):
            before = digest(before, event)
            owner.execute(
                "UPDATE task_ledger.task_event SET digest = %s WHERE task_id = %s AND version = %s",
                (before, task_id, event.version),
            )


def project(database: Database) -> None:
    """Number and fold everything, as the projector does."""
    with connect(database.url_for("projector"), "test") as connection:
        follower = Follower(connection, PROJECTOR, Projection(connection).handle)
        while follower.tick().events:
            pass


def records_anew(owner: psycopg.Connection[Any]) -> None:
    """Make the records again from what the log says now."""
    tasks = owner.execute("SELECT DISTINCT task_id FROM task_ledger.task_event").fetchall()
    folded = [fold_all(None, read_events(owner, task_id)) for (task_id,) in tasks]
    owner.execute("DELETE FROM task_ledger.task_record")
    store_records(owner, [record for record in folded if record is not None], again=True)


def delete_events(owner: psycopg.Connection[Any], condition: str, *values: Any) -> None:
    """Delete events from the log and from the timelines."""
    for table in ("task_event", "project_timeline"):
        statement = sql.SQL("DELETE FROM task_ledger.{} WHERE {}").format(
            sql.Identifier(table),
            sql.SQL(condition),  # pyright: ignore[reportArgumentType]
        )
        owner.execute(statement, values)


def export(database: Database, project_id: str, form: str = "ndjson") -> str:
    """A project's export, as the command line writes it."""
    with psycopg.connect(database.url_for("auditor")) as connection:
        events = [exported(event) for event in stream_timeline(connection, project_id)]
    if form == "ndjson":
        return "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)
    out = io.StringIO(newline="")
    csv.writer(out).writerows([COLUMNS, *(event.values() for event in events)])
    return out.getvalue()


def check(folder: Path, text: str, *arguments: str) -> tuple[int, str]:
    """The offline verifier's status and words, apart from everything that is installed."""
    (folder / "export").write_text(text, encoding="utf-8", newline="")
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(CHECK_EXPORT), str(folder / "export"), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr
