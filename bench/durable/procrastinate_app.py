"""The task on procrastinate, which stores a job's end and nothing of its steps."""

import os

from procrastinate import App, PsycopgConnector

from bench.durable.steps import result

app = App(connector=PsycopgConnector(conninfo=os.environ["BENCH_BACKEND_URL"]))


@app.task(name="bench.durable.procrastinate")
def procrastinate_task(number: int) -> dict[str, int]:
    """Four steps that nobody is told about."""
    return result(number)
