"""While its database is away, the application goes on to ask for it at short intervals."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise

import pytest
from fastapi.testclient import TestClient

from task_ledger.ops.settings import Settings
from task_ledger.server.app import create_app

LONGEST_S = 3.0


@pytest.fixture
def refusing() -> Iterator[tuple[int, list[float]]]:
    """A port at which nothing is a database, and when somebody came to it."""
    came: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def refuse() -> None:
            with suppress(OSError):  # closed
                while True:
                    connection, _ = server.accept()
                    came.append(time.monotonic())
                    connection.close()

        thread = threading.Thread(target=refuse)
        thread.start()
        yield server.getsockname()[1], came
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.slow
def test_an_outage_does_not_make_it_slow_to_notice_that_it_is_over(
    settings: Settings, refusing: tuple[int, list[float]]
) -> None:
    port, came = refusing
    away = Settings.model_validate(
        {
            "database_url": f"postgresql://u:p@127.0.0.1:{port}/x?sslmode=disable",
            "broker_url": settings.broker(),
            "var_dir": settings.var_dir,
        }
    )
    with TestClient(create_app(away), raise_server_exceptions=False) as client:
        ends = time.monotonic() + 2.7 * LONGEST_S
        while time.monotonic() < ends:
            ready = client.get("/readyz")
            assert (ready.status_code, ready.json()["database"]) == (503, False)
        came.append(time.monotonic())
    assert max(b - a for a, b in pairwise(came)) < LONGEST_S, came
