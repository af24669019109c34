"""The task on DBOS: a workflow of four steps. `python -m bench.durable.dbos_app` is its worker."""

import os
import signal

from dbos import DBOS, DBOSConfig

from bench.durable.steps import STEPS, result
from task_ledger.eventlog.database import sqlalchemy_url

QUEUE = "bench"
WORKFLOW = "bench.durable.dbos"
VERSION = "bench"


def configuration() -> DBOSConfig:
    """Return the settings: everything in the run's database, no telemetry."""
    return DBOSConfig(
        name="bench",
        system_database_url=sqlalchemy_url(os.environ["BENCH_BACKEND_URL"]),
        application_version=VERSION,
        log_level="WARNING",
    )


@DBOS.step()
def one_step(at: int, name: str) -> int:
    """Take one step, which is stored with its result."""
    return at * len(name)


@DBOS.workflow(name=WORKFLOW)
def dbos_task(number: int) -> dict[str, int]:
    """Take four steps, each stored."""
    for at, name in enumerate(STEPS, start=1):
        one_step(at, name)
    return result(number)


if __name__ == "__main__":
    DBOS(config=configuration())
    DBOS.launch()
    # Poll often and take enough at once, so that polling does not limit the rate.
    DBOS.register_queue(QUEUE, worker_concurrency=16, polling_interval_sec=0.05)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    DBOS.destroy()
