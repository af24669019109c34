"""Metrics are what the log and the database say, whichever process serves them."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from prometheus_client.metrics_core import Metric
from psycopg import Connection

from task_ledger.eventlog.append import Append, append
from task_ledger.metrics import counters
from task_ledger.metrics.families import FAMILIES
from task_ledger.metrics.ledger import LedgerMetrics
from task_ledger.model.events import Failed, Retrying
from task_ledger.model.transitions import FailureReason, RetryReason
from tests.servers import Database
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

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def writer(database: Database) -> Iterator[Connection[Any]]:
    with closing(owner(database)) as connection:
        yield connection


@pytest.fixture
def ledger(database: Database, tmp_path: Path) -> LedgerMetrics:
    """As the exporter reads them: with the API's login."""
    return LedgerMetrics(
        lambda: psycopg.connect(database.url_for("api"), autocommit=True), tmp_path / "none"
    )


def samples(ledger: LedgerMetrics) -> Samples:
    found: list[Metric] = list(ledger.collect())
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for metric in found
        for sample in metric.samples
    }


def value(found: Samples, name: str, **labels: str) -> float | None:
    return found.get((f"task_ledger_{name}", frozenset(labels.items())))


def fold(database: Database) -> None:
    """By a projector that ends afterwards."""
    with closing(projector_connection(database)) as connection:
        drain(projector(connection))


def test_events_are_counted_by_type(
    writer: Connection[Any], database: Database, ledger: LedgerMetrics
) -> None:
    complete(writer, done := register(writer), start(writer, done))
    failed, lost = register(writer), register(writer)
    say(writer, failed, start(writer, failed), Failed(reason=FailureReason.TIMEOUT))
    retrying = Retrying(reason=RetryReason.WORKER_LOST, countdown_s=60)
    due_at = datetime.now(UTC) + timedelta(minutes=1)
    append(writer, Append(lost, start(writer, lost), 1, "tester", retrying, due_at=due_at))
    fold(database)
    found = samples(ledger)
    test = {"task_type": "test"}
    assert value(found, "up") == 1
    assert value(found, "tasks_registered_total", **test) == 3
    assert value(found, "attempts_started_total", **test) == 3
    for status, tasks in (("SUCCESS", 1), ("FAILURE", 1), ("REVOKED", 0)):
        assert value(found, "tasks_ended_total", **test, status=status) == tasks
    assert value(found, "tasks_failed_total", **test, reason="timeout") == 1
    assert value(found, "attempts_retried_total", **test, reason="worker_lost") == 1
    assert value(found, "attempts_lost_total", **test) == 1
    assert value(found, "attempt_waiting_seconds_count", **test) == 3
    assert value(found, "attempt_duration_seconds_count", **test) == 1
    assert value(found, "attempt_duration_seconds_bucket", **test, le="+Inf") == 1
    assert value(found, "tasks", **test, status="RETRY") == 1


def test_counters_do_not_depend_on_hourly_rows(
    writer: Connection[Any], database: Database, ledger: LedgerMetrics
) -> None:
    for _ in range(3):
        complete(writer, task := register(writer), start(writer, task))
        fold(database)
    before = samples(ledger)
    assert value(before, "tasks_ended_total", task_type="test", status="SUCCESS") == 3
    # As when months are old: the hours go, what is counted stays.
    writer.execute("DELETE FROM task_ledger.task_rollup WHERE isfinite(hour)")
    name = (
        "task_ledger_tasks_ended_total",
        frozenset({("task_type", "test"), ("status", "SUCCESS")}),
    )
    assert samples(ledger)[name] == before[name]


def test_waiting_messages_and_lag_are_shown(
    writer: Connection[Any], database: Database, ledger: LedgerMetrics
) -> None:
    register(writer)
    writer.execute(
        "INSERT INTO task_ledger.outbox (due_at, try_at, message_id, tries)"
        " VALUES (now() - interval '90 s', now(), 1, 2), (now() + interval '1 h', now(), 2, 0)"
    )
    writer.execute(
        "INSERT INTO task_ledger.worker_lease (boot, began_at, renewed_at, expires_at, pid, worker,"
        " host, live, live_before) SELECT gen_random_uuid(), now(), now(), now() + s * interval"
        " '20 s', 1, 'w', 'h', '{}', '{}' FROM unnest(ARRAY[1, 1, -1]) AS s"
    )
    found = samples(ledger)
    assert value(found, "outbox_messages") == 2
    assert value(found, "undispatched_messages") == 1
    assert 89 < (value(found, "oldest_undispatched_seconds") or 0) < 200
    assert value(found, "refused_messages") == 1
    assert value(found, "workers", state="alive") == 2
    assert value(found, "workers", state="expired") == 1
    assert value(found, "projection_lag_seconds") != 0
    behind = [v for (name, _), v in found.items() if name == "task_ledger_follower_lag_numbers"]
    assert sum(behind) == 1
    assert (value(found, "months_ahead") or 0) >= 12
    assert (value(found, "table_bytes", table="task_event") or 0) > 0
    fold(database)
    assert value(samples(ledger), "projection_lag_seconds") == 0


def test_messages_of_a_paused_queue_are_not_late(
    writer: Connection[Any], ledger: LedgerMetrics
) -> None:
    writer.execute(
        "INSERT INTO task_ledger.outbox (due_at, try_at, message_id, held)"
        " VALUES (now() - interval '1 h', 'infinity', 1, 'ocr')"
    )
    found = samples(ledger)
    assert value(found, "outbox_messages") == 1
    assert value(found, "undispatched_messages") == 0
    assert value(found, "oldest_undispatched_seconds") == 0


def test_types_beyond_the_maximum_are_counted_together(
    writer: Connection[Any],
    database: Database,
    ledger: LedgerMetrics,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writer.execute(
        "INSERT INTO task_ledger.task_rollup"
        " (hour, bucket, shard, project_id, task_type, completed)"
        " SELECT '-infinity', 0, 1, '', 'type ' || n, n FROM generate_series(1, 4) AS n"
    )
    monkeypatch.setattr(counters, "MAX_TYPES", 2)
    found = samples(ledger)
    ended = {
        dict(labels)["task_type"]: count
        for (name, labels), count in found.items()
        if name == "task_ledger_tasks_ended_total" and ("status", "SUCCESS") in labels
    }
    assert ended == {"type 1": 1, "type 2": 2, "other": 7}


def test_an_unreachable_database_is_shown_as_down(tmp_path: Path) -> None:
    away = LedgerMetrics(
        lambda: psycopg.connect("postgresql://127.0.0.1:1/none", connect_timeout=1), tmp_path
    )
    assert samples(away) == {("task_ledger_up", frozenset()): 0}


def test_an_unreadable_seal_state_hides_no_other_metric(database: Database, tmp_path: Path) -> None:
    ledger = LedgerMetrics(
        lambda: psycopg.connect(database.url_for("api"), autocommit=True),
        # As a folder of another account does, but for root too.
        tmp_path / ("s" * 300) / "seal.sqlite",
    )
    assert value(samples(ledger), "up") == 1


def test_every_family_is_served_and_nothing_else(
    writer: Connection[Any], database: Database, ledger: LedgerMetrics
) -> None:
    complete(writer, done := register(writer), start(writer, done))
    fold(database)
    seals = {each.name for each in FAMILIES if "seal" in each.name}
    assert {m.name for m in ledger.collect()} == {each.name for each in FAMILIES} - seals
