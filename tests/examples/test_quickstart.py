"""The quick start of the README: its code is the example's, and its commands are run here."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.servers import Database

REPOSITORY = Path(__file__).parents[2]
EXAMPLE = REPOSITORY / "examples" / "quickstart"
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
SECTION = README.partition("\n## How it works\n")[0]
SCRIPTS = sysconfig.get_path("scripts")
WAIT_S = 60.0


def blocks(language: str) -> list[str]:
    """The code blocks of the README up to the end of its quick start, in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    """The commands of the quick start, in their order; those that go on end with `&`."""
    (block,) = (each for each in blocks("sh") if "celery" in each)
    return [line for line in block.splitlines() if line and not line.startswith(("#", "export"))]


def test_its_code_is_that_of_the_example() -> None:
    files = [(EXAMPLE / name).read_text(encoding="utf-8") for name in ("tasks.py", "web.py")]
    assert blocks("python") == files


def test_its_code_has_some_thirty_lines() -> None:
    lines = [line for block in blocks("python") for line in block.splitlines() if line]
    assert len(lines) <= 30


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def environment(empty_database: Database, broker_url: str, tmp_path: Path) -> dict[str, str]:
    """The variables of somebody who follows the quick start on servers of their own."""
    return os.environ | {
        "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}",
        "TASK_LEDGER_DATABASE_URL": empty_database.url,
        "TASK_LEDGER_BROKER_URL": broker_url,
        "TASK_LEDGER_VAR_DIR": str(tmp_path / "var"),
    }


class Terminal:
    """Runs commands in the repository; what goes on in the background is ended with it."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self._environment = environment
        self._folder = folder
        self._background: list[subprocess.Popen[bytes]] = []

    def run(self, command: str) -> str:
        """Run a command to its end; its output."""
        done = subprocess.run(
            shlex.split(command), cwd=REPOSITORY, env=self._environment, capture_output=True,
            text=True, timeout=WAIT_S, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self, command: str) -> None:
        """Start a command that goes on; its output goes to a file that a failure shows."""
        with (self._folder / f"{len(self._background)}.log").open("wb") as log:
            process = subprocess.Popen(
                shlex.split(command),
                cwd=REPOSITORY,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._background.append(process)

    def until(self, ask: Callable[[], Any], what: str) -> Any:
        """The first answer that is not None."""
        end = time.monotonic() + WAIT_S
        while (answer := ask()) is None:
            assert time.monotonic() < end, f"waited for {what} in vain\n{self._logs()}"
            time.sleep(0.05)
        return answer

    def close(self) -> None:
        """End what still runs, with everything that it started."""
        for process in self._background:
            process.terminate()
        for process in self._background:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _logs(self) -> str:
        return "\n".join(
            path.read_text(errors="replace")[-2000:] for path in self._folder.glob("*.log")
        )


@pytest.fixture
def terminal(environment: dict[str, str], tmp_path: Path) -> Iterator[Terminal]:
    """A terminal with those variables."""
    with closing(Terminal(environment, tmp_path)) as terminal:
        yield terminal


def post(url: str) -> Any:
    """What a POST without a body is answered; None while nobody listens."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="POST")) as answer:
            return json.load(answer)
    except urllib.error.URLError as error:
        if isinstance(error, urllib.error.HTTPError):
            raise
        return None


def test_its_commands_take_an_order_and_write_its_invoice(
    terminal: Terminal, empty_database: Database
) -> None:
    port = str(free_port())
    task_id = ""
    for line in commands():
        command = line.replace("8000", port).replace("TASK_ID", task_id)
        if command.endswith(" &"):
            terminal.start(command.removesuffix(" &"))
        elif command.startswith("curl "):
            answer = terminal.until(partial(post, shlex.split(command)[-1]), "the web server")
            task_id = answer["task_id"]
            ended = terminal.until(partial(finished, terminal, task_id), "the end of the task")
            assert [event["type"] for event in ended["events"]] == [
                "registered", "started", "progress", "progress", "completed",
            ]  # fmt: skip
        else:
            output = terminal.run(command)
            assert not task_id or "SUCCESS" in output
    assert task_id
    with psycopg.connect(empty_database.url) as connection:
        invoices = connection.execute("SELECT order_id, cents FROM shop_invoice").fetchall()
    assert invoices == [(1, 3 * 1250)]
    assert "intact" in terminal.run("task-ledger verify --project shop")


def finished(terminal: Terminal, task_id: str) -> Any:
    """The task and its events once it has ended, else None."""
    shown = json.loads(terminal.run(f"task-ledger show {task_id} --json"))
    return shown if shown["task"]["completed_at"] else None
