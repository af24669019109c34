"""Alerts and dashboard on a real Prometheus that scrapes a real exporter.

What each alert is for is brought about. Times of the rules are divided; nothing else is changed.
"""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest
import yaml
from psycopg import Connection

from docs.generate.alerts import ALERTS, rules
from docs.generate.dashboard import PANELS
from task_ledger.eventlog.append import Append, append
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.model.events import Failed, Retrying
from task_ledger.model.transitions import FailureReason, RetryReason
from tests.examples.test_quickstart import free_port
from tests.servers import Database, fresh_database
from tests.task_ledger.projector.log import (
    complete,
    drain,
    owner,
    projector,
    projector_connection,
    register,
    say,
    start,
)

FASTER = 40
WAIT_S = 90.0


@dataclass
class Watched:
    """A ledger, its exporter and Prometheus."""

    database: Database
    owner: Connection[Any]
    superuser: Connection[Any]
    seal: Path
    prometheus: str

    def firing(self) -> set[str]:
        """The names of the alerts that fire."""
        return _firing(self.prometheus)

    def query(self, expr: str) -> list[Any]:
        """The series that a query finds now."""
        answer = _get(self.prometheus, "query", query=expr)
        assert answer["status"] == "success", answer
        return answer["data"]["result"]

    def fold(self) -> None:
        """By a projector that ends afterwards."""
        with closing(projector_connection(self.database)) as connection:
            drain(projector(connection))

    def backdated(self, statement: str, *arguments: Any) -> None:
        """Changed as only an owner of the server can."""
        with self.superuser.transaction():
            self.superuser.execute("SET LOCAL session_replication_role = replica")
            self.superuser.execute(statement.encode(), arguments)

    def sealer(self, statement: str, *arguments: Any) -> None:
        """Change the sealer's state."""
        with closing(sqlite3.connect(self.seal / "seal.sqlite")) as state, state:
            state.execute(statement, arguments)


@pytest.fixture(scope="module")
def watched(
    postgres: EmbeddedPostgres, migrated_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watched]:
    """A quiet ledger: one live worker, one task that has ended, a seal of now."""
    folder = tmp_path_factory.mktemp("watched")
    seal = folder / "seal"
    with fresh_database(postgres, migrated_template) as database:
        environment = os.environ | {
            "TASK_LEDGER_DATABASE_URL": database.url,
            "TASK_LEDGER_SEAL_DIR": str(seal),
            "TASK_LEDGER_VAR_DIR": str(folder / "var"),
        }
        command = [sys.executable, "-m", "task_ledger"]
        opened = [*command, "seal", "open", "ledger.example/test"]
        subprocess.run(opened, env=environment, check=True, capture_output=True)
        with (
            _exporter([*command, "metrics", "--port", "0"], environment) as target,
            _prometheus(folder, target) as address,
            closing(owner(database)) as writer,
            closing(psycopg.connect(database.superuser_url, autocommit=True)) as superuser,
        ):
            found = Watched(database, writer, superuser, seal, address)
            found.sealer("UPDATE head SET published_at = ?", int(time.time()))
            _worker(writer)
            complete(writer, task := register(writer), start(writer, task))
            found.fold()
            yield found


@contextmanager
def _exporter(command: list[str], environment: dict[str, str]) -> Iterator[str]:
    """`task-ledger metrics`; its host and port."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert "Serving metrics at http://" in said, said
            yield said.split("http://")[1].split("/")[0]
        finally:
            process.terminate()
            assert process.wait(10) == 0


@contextmanager
def _prometheus(folder: Path, target: str) -> Iterator[str]:
    """A Prometheus that scrapes this exporter each second; its address."""
    (folder / "rules.yaml").write_text(rules(faster=FASTER), encoding="utf-8")
    configuration = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules.yaml"],
        "scrape_configs": [
            {"job_name": "task-ledger", "static_configs": [{"targets": [target]}]},
        ],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(configuration), encoding="utf-8")
    address = f"127.0.0.1:{free_port()}"
    command = [
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--log.level=warn",
    ]
    with (
        (folder / "prometheus.log").open("w") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as process,
    ):
        try:
            yield f"http://{address}"
        finally:
            process.terminate()
            process.wait(10)


def _get(prometheus: str, what: str, **parameters: str) -> Any:
    answer = httpx2.get(f"{prometheus}/api/v1/{what}", params=parameters)
    if answer.status_code == 503:
        raise httpx2.ConnectError("it listens and is not ready")
    return answer.json()


def _firing(prometheus: str) -> set[str]:
    answer = _get(prometheus, "alerts")
    return {
        alert["labels"]["alertname"]
        for alert in answer["data"]["alerts"]
        if alert["state"] == "firing"
    }


def _worker(writer: Connection[Any]) -> None:
    writer.execute(
        "INSERT INTO task_ledger.worker_lease (boot, began_at, renewed_at, expires_at, pid, worker,"
        " host, live, live_before)"
        " VALUES (gen_random_uuid(), now(), now(), now() + interval '1 h', 1, 'w', 'h', '{}', '{}')"
    )


def _until(condition: Callable[[], bool], what: Callable[[], object]) -> None:
    end = time.monotonic() + WAIT_S
    while True:
        try:
            if condition():
                return
        except httpx2.TransportError:
            pass  # It has not begun to listen.
        assert time.monotonic() < end, what()
        time.sleep(0.2)


def _bring_about(watched: Watched) -> None:
    """Everything that alerts are for, but a database that is down."""
    writer = watched.owner
    for _ in range(9):
        failed = register(writer)
        watched.backdated(
            "UPDATE task_ledger.task_event SET recorded_at = recorded_at - interval '10 min'"
            " WHERE task_id = %s",
            failed,
        )
        say(writer, failed, start(writer, failed), Failed(reason=FailureReason.ERROR))
    for _ in range(4):
        lost = register(writer)
        retrying = Retrying(reason=RetryReason.WORKER_LOST, countdown_s=600)
        due_at = datetime.now(UTC) + timedelta(minutes=10)
        append(writer, Append(lost, start(writer, lost), 1, "tester", retrying, due_at=due_at))
    watched.fold()
    unseen = register(writer)
    watched.backdated(
        "UPDATE task_ledger.task_event SET recorded_at = now() - interval '2 min'"
        " WHERE task_id = %s",
        unseen,
    )
    # A shard without events.
    writer.execute(
        "UPDATE task_ledger.checkpoint SET cursor = cursor + 1000 WHERE shard ="
        " (SELECT shard FROM task_ledger.feed_heads() WHERE head = 0 ORDER BY shard LIMIT 1)"
    )
    writer.execute(
        "INSERT INTO task_ledger.dead_letter (follower, task_id, version, reason)"
        " VALUES ('projector', gen_random_uuid(), 1, 'it cannot be read')"
    )
    writer.execute(
        "INSERT INTO task_ledger.outbox (due_at, try_at, message_id, tries)"
        " VALUES (now() - interval '2 min', now() + interval '1 h', 1, 2)"
    )
    writer.execute("DELETE FROM task_ledger.worker_lease")
    watched.backdated(
        "UPDATE task_ledger.bucket SET closed_at = now() WHERE bucket > 209900 OR true"
    )
    watched.sealer("UPDATE head SET published_at = ?", int(time.time()) - 7200)
    watched.sealer("INSERT INTO alarm (reason, first_at, last_at) VALUES ('altered', 1, 1)")


def _clear(watched: Watched) -> None:
    writer = watched.owner
    writer.execute("UPDATE task_ledger.checkpoint SET cursor = cursor - 1000 WHERE cursor >= 1000")
    watched.fold()
    writer.execute("DELETE FROM task_ledger.dead_letter")
    writer.execute("DELETE FROM task_ledger.outbox")
    _worker(writer)
    watched.backdated("UPDATE task_ledger.bucket SET closed_at = NULL")
    watched.sealer("UPDATE head SET published_at = ?", int(time.time()))
    watched.sealer("UPDATE alarm SET cleared_at = 2")


def test_each_alert_fires_on_its_condition_and_clears(watched: Watched) -> None:
    everything = {alert.name for alert in ALERTS} - {"TaskLedgerDown"}
    # The counters are known before they rise.
    _until(lambda: bool(watched.query("task_ledger_tasks_ended_total")), lambda: "nothing scraped")
    # Before the first scrape, the ledger counts as down.
    _until(lambda: watched.firing() == set(), watched.firing)
    row = watched.owner.execute("SHOW max_connections").fetchone()
    assert row is not None
    used = int(int(row[0]) * 0.93)
    connections = [psycopg.connect(watched.database.url_for("api")) for _ in range(used)]
    try:
        _bring_about(watched)
        # Those of what happened within a quarter of an hour clear by themselves.
        seen = set[str]()
        _until(
            lambda: seen.update(watched.firing()) or seen == everything, lambda: everything - seen
        )
        for title, _, queries in PANELS:
            for expr, _ in queries:
                assert watched.query(expr.replace("$__rate_interval", "2m")), (title, expr)
    finally:
        for connection in connections:
            connection.close()
    _clear(watched)
    _until(lambda: watched.firing() == set(), watched.firing)


def test_a_database_that_takes_no_connections_is_down(
    watched: Watched, postgres: EmbeddedPostgres
) -> None:
    name = watched.database.name
    with closing(psycopg.connect(postgres.superuser_url(), autocommit=True)) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        try:
            _until(lambda: "TaskLedgerDown" in watched.firing(), watched.firing)
        finally:
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
    _until(lambda: watched.firing() == set(), watched.firing)


def test_a_ledger_of_which_nothing_is_scraped_is_down(tmp_path: Path) -> None:
    with _prometheus(tmp_path, f"127.0.0.1:{free_port()}") as address:
        _until(
            lambda: _firing(address) == {"TaskLedgerDown"}, lambda: "TaskLedgerDown does not fire"
        )


def test_the_dashboard_is_what_grafana_reads() -> None:
    path = Path(__file__).parents[2] / "deploy" / "grafana" / "task-ledger.json"
    dashboard = json.loads(path.read_text(encoding="utf-8"))
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    assert queries == [expr for _, _, found in PANELS for expr, _ in found]
    places = [tuple(panel["gridPos"].values()) for panel in dashboard["panels"]]
    assert len(set(places)) == len(places)
