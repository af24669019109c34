"""The task on procrastinate, which stores a job's end but not its steps."""

import os

from procrastinate import App, PsycopgConnector

from bench.durable.steps import result

app = App(connector=PsycopgConnector(conninfo=os.environ["BENCH_BACKEND_URL"]))


@app.task(name="bench.durable.procrastinate")
def procrastinate_task(number: int) -> dict[str, int]:
    """Take four steps without reporting them."""
    return result(number)
