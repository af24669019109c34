"""While traces are off, or cannot be on, nothing of OpenTelemetry is loaded."""

import os
import subprocess
import sys
from typing import Any
from uuid import UUID

import psycopg
import pytest

from task_ledger import LedgerCelery
from task_ledger.celery.checks import check
from task_ledger.errors import UnsupportedConfiguration
from task_ledger.tracing import switch
from task_ledger.tracing.spans import NO_SPAN, Kind, inject_current, start_span
from tests.brokers import Broker
from tests.servers import Database

ENQUEUE = """
import json, os, sys
from celery import Signature
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from task_ledger import LedgerCelery, enqueue
app = LedgerCelery("sender", broker="memory://")
url = os.environ["SENDER_URL"].replace("postgresql://", "postgresql+psycopg://", 1)
with Session(create_engine(url)) as session:
    sent = enqueue(
        session, Signature("some.task", app=app),
        project_id="p1", actor="a", task_type="t", max_attempts=1,
    )
    session.commit()
print(sent.task_id, *[name for name in sys.modules if name.startswith("opentelemetry")])
"""


RUN = """
import os, sys, time
from celery.contrib.testing.worker import start_worker
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from task_ledger import LedgerCelery, enqueue
from task_ledger.eventlog.read import read_task
from task_ledger.projector.database import connect
from task_ledger.projector.publisher import Publisher
from task_ledger.projector.relay import Relay
from task_ledger.model.transitions import TERMINAL
broker = os.environ["BROKER_URL"]
app = LedgerCelery("off", broker=broker, ledger_url=os.environ["WORKER_URL"])

@app.task(task_type="t")
def loaded(self):
    self.progress(50, "Looking")
    # The client of Redis loads the metrics of OpenTelemetry where it finds them installed.
    spans = ("opentelemetry.sdk.trace", "opentelemetry.exporter", "task_ledger.tracing.recording")
    return [name for name in sys.modules if name.startswith(spans)]

url = os.environ["SENDER_URL"].replace("postgresql://", "postgresql+psycopg://", 1)
with Session(create_engine(url)) as session:
    task_id = enqueue(session, loaded.s(), project_id="p1", actor="a").task_id
    session.commit()
connection = connect(os.environ["PROJECTOR_URL"], "relay")
Relay(connection, Publisher(broker)).tick()
with start_worker(app, perform_ping_check=False):
    until = time.monotonic() + 20
    while (record := read_task(connection, task_id)).state not in TERMINAL:
        assert time.monotonic() < until
        time.sleep(0.02)
print(record.state, record.trace_id, record.result, file=sys.stderr)
"""


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a new process."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


UNDER_A_CALLER = """
import sys
sys.modules["opentelemetry.sdk"] = None
from opentelemetry import context, trace
caller = trace.SpanContext(0xA, 0xB, is_remote=True, trace_flags=trace.TraceFlags(1))
context.attach(trace.set_span_in_context(trace.NonRecordingSpan(caller)))
"""

MISSING = "import sys; sys.modules['opentelemetry'] = None\n"


@pytest.fixture
def sender(database: Database) -> dict[str, str]:
    """The environment of a process that enqueues."""
    return {"SENDER_URL": database.url_for("api")}


def test_enqueueing_loads_nothing_of_opentelemetry_unless_traces_are_on(
    sender: dict[str, str],
) -> None:
    _, *loaded = run(ENQUEUE, **sender, TASK_LEDGER_TRACES="false").stdout.split()
    assert loaded == []
    _, *loaded = run(ENQUEUE, **sender, TASK_LEDGER_TRACES="true").stdout.split()
    assert "opentelemetry.trace" in loaded


def test_a_worker_and_its_tasks_load_nothing_of_opentelemetry_while_traces_are_off(
    sender: dict[str, str], database: Database, broker: Broker
) -> None:
    urls = {
        "BROKER_URL": broker.url,
        "WORKER_URL": database.url_for("worker"),
        "PROJECTOR_URL": database.url_for("projector"),
    }
    done = run(RUN, **sender, **urls, TASK_LEDGER_TRACES="")
    assert done.stderr.splitlines()[-1] == "completed None []"


def test_an_application_without_the_packages_goes_on_enqueueing_and_says_so(
    sender: dict[str, str],
) -> None:
    done = run(MISSING + ENQUEUE, **sender, TASK_LEDGER_TRACES="true")
    *said, last = done.stdout.splitlines()
    assert UUID(last.split()[0]).version == 7
    assert "traces_unavailable" in "".join(said)
    assert "task-ledger[traces]" in "".join(said)


def test_settings_that_the_sdk_refuses_do_not_fail_a_task(sender: dict[str, str]) -> None:
    done = run(ENQUEUE, **sender, TASK_LEDGER_TRACES="true", OTEL_BSP_MAX_QUEUE_SIZE="100")
    *said, last = done.stdout.splitlines()
    assert UUID(last.split()[0]).version == 7
    assert "spans_not_recorded" in "".join(said)
    assert "max_queue_size" in "".join(said)


def test_without_the_sdk_the_callers_context_is_passed_on(
    sender: dict[str, str], database: Database
) -> None:
    done = run(UNDER_A_CALLER + ENQUEUE, **sender, TASK_LEDGER_TRACES="true")
    task_id = done.stdout.splitlines()[-1].split()[0]
    with psycopg.connect(database.superuser_url) as connection:
        headers: Any = connection.execute(
            "SELECT headers FROM task_ledger.message WHERE task_id = %s", (task_id,)
        ).fetchone()
    assert headers[0]["traceparent"] == f"00-{0xA:032x}-{0xB:016x}-01"


@pytest.mark.parametrize("value", ["perhaps", "2"])
def test_workers_and_the_projector_refuse_a_value_that_is_neither_true_nor_false(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASK_LEDGER_TRACES", value)
    with pytest.raises(UnsupportedConfiguration, match="TASK_LEDGER_TRACES must be true or false"):
        check(LedgerCelery("refused", set_as_current=False), "prefork")


def test_while_traces_are_off_every_span_is_the_same_object_that_does_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TASK_LEDGER_TRACES", raising=False)
    switch.recorder.cache_clear()
    span = start_span("run x", Kind.CONSUMER, {}, parent={"traceparent": "00-1-2-01"})
    assert span is NO_SPAN
    headers = {"traceparent": "theirs"}
    span.inject(headers)
    inject_current(headers)
    assert (headers, span.traceparent, span.records) == ({"traceparent": "theirs"}, None, False)
