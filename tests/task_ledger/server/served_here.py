"""An application behind uvicorn in a thread of the tests' process: its clocks can be set."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from starlette.types import ASGIApp

from tests.task_ledger.server.processes import eventually


@contextmanager
def served_here(app: ASGIApp, *, http: str = "h11") -> Iterator[int]:
    """The port on which the application is served for the duration of the block.

    Args:
        http: uvicorn's protocol, by its name.
    """
    config = uvicorn.Config(
        app, port=0, http=http, log_config=None, access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    try:
        eventually("the server listens", lambda: server.started)
        (listening,) = server.servers[0].sockets
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive(), "the server goes on"
