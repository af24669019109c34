"""A time limit that passes while an attempt is linked to the one before ends the attempt."""

from task_ledger.model.transitions import State
from tests.brokers import Broker
from tests.servers import Database
from tests.task_ledger.tracing.test_off import run

RETRIED = """
import os, sys, time
from celery.contrib.testing.worker import start_worker
from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from task_ledger import LedgerCelery, enqueue
from task_ledger.celery.run import attempt_span
from task_ledger.eventlog.read import read_task
from task_ledger.projector.database import connect
from task_ledger.projector.publisher import Publisher
from task_ledger.projector.relay import Relay
from task_ledger.model.transitions import TERMINAL
broker = os.environ["BROKER_URL"]
app = LedgerCelery("limited", broker=broker, ledger_url=os.environ["WORKER_URL"])

@app.task(task_type="t", autoretry_for=(OSError,), max_retries=1, default_retry_delay=0)
def fail(self):
    raise OSError

def pass_limit(name):
    raise SoftTimeLimitExceeded

# The signal of the limit comes at any time; here, while the log is read.
attempt_span.query = pass_limit
url = os.environ["SENDER_URL"].replace("postgresql://", "postgresql+psycopg://", 1)
with Session(create_engine(url)) as session:
    task_id = enqueue(session, fail.s(), project_id="p1", actor="a").task_id
    session.commit()
connection = connect(os.environ["PROJECTOR_URL"], "relay")
relay = Relay(connection, Publisher(broker))
with start_worker(app, perform_ping_check=False):
    until = time.monotonic() + 20
    while (record := read_task(connection, task_id)).state not in TERMINAL:
        if time.monotonic() > until:
            break
        relay.tick()
        time.sleep(0.02)
print(record.state, record.attempt, record.error and record.error["type"])
"""


def test_the_attempt_fails_and_is_not_left_running(database: Database, broker: Broker) -> None:
    done = run(
        RETRIED,
        TASK_LEDGER_TRACES="true",
        OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9",
        BROKER_URL=broker.url,
        SENDER_URL=database.url_for("api"),
        WORKER_URL=database.url_for("worker"),
        PROJECTOR_URL=database.url_for("projector"),
    )
    assert f"{State.FAILED} 2 billiard.exceptions.SoftTimeLimitExceeded" in done.stdout.splitlines()
