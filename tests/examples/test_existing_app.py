"""The existing application works before and after; after, its tasks are listed and survive."""

import json
import os
import re
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psycopg
import pytest

from task_ledger.eventlog.database import sqlalchemy_url
from tests.examples.changes import changes
from tests.examples.test_quickstart import EXAMPLE, Terminal, finished, free_port, post
from tests.servers import Database

FOLDER = EXAMPLE.parent / "existing_app"
GUIDE = (EXAMPLE.parents[1] / "docs" / "how-to" / "fastapi.md").read_text(encoding="utf-8")
COMPARED = ("existing_app", ("tasks.py", "web.py"), "existing_app")


class Scaler:
    """The service that makes thumbnails: fails the first `flaky` one, keeps `slow` waiting."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.slow_is_asked = Event()
        self.go_on = Event()
        scaler = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                scaler.answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        name = request.path.strip("/")
        self.asked[name] += 1
        first = self.asked[name] == 1
        if name == "slow" and first:
            self.slow_is_asked.set()
            self.go_on.wait(60)
        request.send_response(503 if name == "flaky" and first else 200)
        request.end_headers()
        request.wfile.write(f"small {name}".encode())

    def close(self) -> None:
        """Stop serving."""
        self.go_on.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def scaler() -> Iterator[Scaler]:
    with closing(Scaler()) as scaler:
        yield scaler


@pytest.fixture
def terminal(
    empty_database: Database, broker_url: str, scaler: Scaler, tmp_path: Path
) -> Iterator[Terminal]:
    """A terminal with the application's variables, and those of `task-ledger`."""
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "STUDIO_DATABASE_URL": sqlalchemy_url(empty_database.url),
        "STUDIO_BROKER_URL": broker_url,
        "STUDIO_SCALER_URL": scaler.url,
        "TASK_LEDGER_DATABASE_URL": empty_database.url,
        "TASK_LEDGER_BROKER_URL": broker_url,
        "TASK_LEDGER_VAR_DIR": str(tmp_path / "var"),
    }
    with closing(Terminal(environment, tmp_path)) as terminal:
        yield terminal


def serve(terminal: Terminal, side: str) -> str:
    """Start the application's worker and web server; its address."""
    terminal.run("python -m examples.existing_app.models")
    terminal.start(f"celery -A examples.existing_app.{side}.tasks worker -c 2 -l INFO")
    port = free_port()
    terminal.start(f"uvicorn examples.existing_app.{side}.web:web --port {port}")
    return f"http://127.0.0.1:{port}/pictures?name="


def add(terminal: Terminal, address: str, name: str) -> str:
    """Add a picture; its task's id."""
    return terminal.until(partial(post, address + name), "the web server")["task_id"]


def thumbnails(database: Database) -> dict[str, str | None]:
    with psycopg.connect(database.url) as connection:
        return dict(connection.execute("SELECT name, thumbnail FROM studio_picture").fetchall())


def test_adopting_changes_a_dozen_lines() -> None:
    assert sum(line.startswith("+") for line in changes(*COMPARED)) <= 12


def test_the_guide_shows_the_changes() -> None:
    (shown,) = re.findall(r"^```diff\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert shown.splitlines() == changes(*COMPARED)


def test_before_it_makes_thumbnails(terminal: Terminal, empty_database: Database) -> None:
    address = serve(terminal, "before")
    add(terminal, address, "plain")
    terminal.until(lambda: thumbnails(empty_database)["plain"], "the thumbnail")


def test_after_its_tasks_are_listed_retried_and_survive_a_crash(
    terminal: Terminal, empty_database: Database, scaler: Scaler
) -> None:
    terminal.run("task-ledger migrate")
    terminal.start("task-ledger projector")
    address = serve(terminal, "after")
    ids = {name: add(terminal, address, name) for name in ("plain", "flaky", "slow")}
    terminal.until(lambda: scaler.slow_is_asked.is_set() or None, "the scaler to be asked")
    with psycopg.connect(empty_database.url) as connection:
        connection.execute("SET ROLE task_ledger_owner")
        row = connection.execute(
            "SELECT data ->> 'pid' FROM task_ledger.task_event WHERE task_id = %s AND type ="
            " 'started'",
            (ids["slow"],),
        ).fetchone()
    assert row is not None
    os.kill(int(row[0]), signal.SIGKILL)
    ended = {
        name: terminal.until(partial(finished, terminal, task_id), f"the end of {name}")
        for name, task_id in ids.items()
    }
    found = {
        name: (shown["task"]["status"], shown["task"]["attempt"]) for name, shown in ended.items()
    }
    assert found == {"plain": ("SUCCESS", 1), "flaky": ("SUCCESS", 2), "slow": ("SUCCESS", 2)}
    with psycopg.connect(empty_database.url) as connection:
        connection.execute("SET ROLE task_ledger_owner")
        retried = connection.execute(
            "SELECT task_id, data ->> 'reason' FROM task_ledger.task_event WHERE type = 'retrying'"
        ).fetchall()
    reasons = {
        name: [reason for task_id, reason in retried if str(task_id) == ids[name]] for name in ids
    }
    assert reasons == {"plain": [], "flaky": ["error"], "slow": ["worker_lost"]}
    assert thumbnails(empty_database) == {name: f"small {name}" for name in ids}

    def listed() -> Any:
        shown = json.loads(terminal.run("task-ledger tasks studio --json"))
        statuses = {task["task_id"]: task["status"] for task in shown["tasks"]}
        return statuses if set(statuses.values()) == {"SUCCESS"} else None

    assert terminal.until(listed, "the list") == dict.fromkeys(ids.values(), "SUCCESS")
    assert "intact" in terminal.run("task-ledger verify --project studio")
