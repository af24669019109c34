"""`task-ledger metrics`: serve the ledger's metrics, for installations without the API."""

import signal
import sys
from contextlib import AbstractContextManager
from importlib.util import find_spec
from threading import Event
from types import FrameType
from typing import Annotated, Any

import typer
from psycopg import Connection

from task_ledger.cli.connection import connected, refuse_mismatch
from task_ledger.cli.exits import USAGE, CommandFailed
from task_ledger.cli.printing import print_line
from task_ledger.cli.spawn import settings_of
from task_ledger.ops.logs import configure_logs


def metrics(
    host: Annotated[
        str, typer.Option(help="Address to listen on. Anyone who reaches it can read the metrics.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 9464,
) -> None:
    """Serve the metrics of all the ledger's processes to Prometheus, until SIGTERM or Ctrl-C.

    Reads them from the database with the API's login, and from the sealer's state if it is on this
    host. One such process is enough; the API serves the same metrics at `/metrics`.
    """
    if find_spec("prometheus_client") is None:
        raise CommandFailed("Install task-ledger[metrics] to serve metrics.", USAGE)
    told = settings_of("api", broker=False)
    refuse_mismatch("api", told)
    configure_logs()
    from prometheus_client import CollectorRegistry, start_http_server

    from task_ledger.metrics.ledger import LedgerMetrics
    from task_ledger.sealer.installed import seal_state

    def connect() -> AbstractContextManager[Connection[Any]]:
        return connected("api", known=told)

    registry = CollectorRegistry(auto_describe=False)
    # Registered without collecting, so that the server starts even if the database is unreachable.
    registry.register(LedgerMetrics(connect, seal_state(told)))
    stop = Event()

    def handle(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)
    try:
        server, thread = start_http_server(port, host, registry)
    except OSError as error:
        raise CommandFailed(f"Cannot listen on {host}:{port}: {error.strerror}.") from error
    print_line(f"Serving metrics at http://{host}:{server.server_address[1]}/metrics")
    sys.stdout.flush()
    stop.wait()
    server.shutdown()
    thread.join()
