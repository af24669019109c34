"""A release follows another under load: migrated first, then restarted in any order.

The previous release is that of the newest tag. Before the first tag it is the working tree, and
the release that follows it is the same with one revision more: the migration runs under load, and
processes of two folders work on one database.
"""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from task_ledger.local.embedded import EmbeddedPostgres
from tests.brokers import Brokers
from tests.deploy.releases import newest_revision, next_release, previous_release, process_of
from tests.servers import fresh_database
from tests.task_ledger.celery.conftest import DOMAIN, Stack, open_stack

PROCESSES: Final = {
    "projector": ("task_ledger.projector",),
    "worker": (
        "celery", "-A", "tests.deploy.rolling", "worker", "-c", "2",
        "--without-gossip", "--without-mingle", "-l", "INFO",
    ),
    "route": ("tests.deploy.taking_orders",),
}  # fmt: skip

ORDERS: Final = (
    ("old to new", ("projector", "worker", "route")),
    ("new to old", ("route", "projector", "worker")),
    ("old to new", ("worker", "route", "projector")),
)
"""Restarts one after another; in between, the processes go back to the previous release."""

STOP_S: Final = 60
"""Seconds to wait for a process that was told to end. A child of a worker waits up to 30 s for its
parent to read the result of its last task, which a parent that is ending no longer does (billiard's
`_ensure_messages_consumed`)."""

TRIES: Final = 10
"""Of the migration, which changes nothing if a transaction is in its way for 5 s."""


class Rollout:
    """The processes of a system, each from one of two releases."""

    def __init__(self, stack: Stack, releases: dict[str, Path]) -> None:
        self.stack = stack
        self.releases = releases
        self._starts = 0
        self.logs: list[tuple[str, str, Path]] = []

    def start(self, name: str, release: str) -> None:
        """Start a process, and wait until it works."""
        self._starts += 1
        log = self.stack.folder / f"{self._starts}-{release}-{name}.log"
        argv = PROCESSES[name]
        if name == "worker":
            argv = (*argv, "-n", f"{release}-{self._starts}@test")
        folder = self.releases[release]
        self.stack.processes[name] = process_of(
            folder, *argv, environment=self.stack.environment, log=log
        )
        self.logs.append((release, name, log))
        sign = {"projector": b'"started"', "worker": b" ready.", "route": b"from "}[name]
        self.stack.until(lambda: sign in log.read_bytes(), f"the {release} {name}")

    def restart(self, name: str, release: str) -> None:
        """End a process by SIGTERM, wait for it, and start it of a release."""
        process = self.stack.processes.pop(name)
        process.terminate()
        try:
            process.wait(STOP_S)
        finally:
            kill(process)
        self.start(name, release)

    def migrate(self, release: str) -> None:
        """Migrate to a release, again if a transaction was in the way."""
        for attempt in range(TRIES):
            log = self.stack.folder / f"migrate-{release}-{attempt}.log"
            process = process_of(
                self.releases[release], "task_ledger", "migrate",
                environment=self.stack.environment, log=log,
            )  # fmt: skip
            if process.wait(60) == 0:
                return
            assert "nothing was changed" in log.read_text()
        raise AssertionError("the migration found no moment")

    def route_logs(self) -> Iterator[str]:
        """What each route printed."""
        return (log.read_text() for _, name, log in self.logs if name == "route")


@pytest.fixture
def rollout(
    postgres: EmbeddedPostgres, brokers: Brokers, migrated_template: str, tmp_path: Path
) -> Iterator[Rollout]:
    """Two releases, and a database of the previous one."""
    releases = {
        "old": previous_release(tmp_path / "old"),
        "new": next_release(tmp_path / "new"),
    }
    logs = tmp_path / "logs"
    logs.mkdir()
    with (
        open_stack(postgres, migrated_template, brokers.space(14), logs) as stack,
        fresh_database(postgres) as database,
    ):
        # The stack's own database is of the working tree, whichever release that is.
        environment = {
            "TASK_LEDGER_DATABASE_URL": database.url,
            "TASK_LEDGER_WORKER_DATABASE_URL": database.url_for("worker"),
        }
        stack.environment |= environment
        stack.connection.close()
        rollout = Rollout(stack, releases)
        rollout.migrate("old")
        stack.connection = psycopg.connect(database.superuser_url, autocommit=True)
        stack.connection.execute(DOMAIN)
        try:
            yield rollout
        finally:
            for process in stack.processes.values():
                kill(process)
            stack.processes.clear()


def kill(process: subprocess.Popen[Any]) -> None:
    """End a process with its children."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_a_release_follows_another_under_load_and_nothing_is_lost_or_refused(
    rollout: Rollout,
) -> None:
    stack = rollout.stack
    for name in PROCESSES:
        rollout.start(name, "old")
    stack.until(lambda: ends(stack) > 5, "the old release to work")
    rollout.migrate("new")
    assert revision(stack) == newest_revision(rollout.releases["new"])
    worked = ends(stack)
    stack.until(lambda: ends(stack) > worked + 5, "the old release on the new schema")
    for direction, names in ORDERS:
        for name in names:
            rollout.restart(name, direction.rpartition(" ")[2])
            worked = ends(stack)
            stack.until(lambda before=worked: ends(stack) > before + 2, f"work after {name}")
    stack.stop("route")
    counts = [re.findall(r"registered (\d+) refused (\d+)", text) for text in rollout.route_logs()]
    registered = sum(int(count[0][0]) for count in counts)
    assert [count[0][1] for count in counts] == ["0"] * len(counts), list(rollout.route_logs())
    stack.until(lambda: ends(stack) == registered, "the end of every task", timeout=120)
    kinds = dict(stack.connection.execute(
        "SELECT type::text, count(*) FROM task_ledger.task_event GROUP BY 1"
    ).fetchall())  # fmt: skip
    # A worker that ends gives back what its parent did not see the end of: refused, and noted.
    kinds.pop("noted", None)
    assert kinds == dict.fromkeys(("registered", "started", "completed"), registered)
    effects = "SELECT count(*), count(DISTINCT task_id) FROM domain.effect"
    assert stack.connection.execute(effects).fetchone() == (registered, registered)
    stack.until(lambda: records(stack) == registered, "the lists")
    assert {source(text) for text in rollout.route_logs()} == {"old", "new"}


def source(text: str) -> str:
    """The folder that a route imported the library from."""
    return Path(text.split("\n", maxsplit=1)[0].removeprefix("from ")).parents[1].name


def revision(stack: Stack) -> str:
    """The revision of the database."""
    row = stack.connection.execute("SELECT version_num FROM task_ledger.migration").fetchone()
    assert row is not None
    return row[0]


def ends(stack: Stack) -> int:
    """How many tasks have completed."""
    return count(stack, "SELECT count(*) FROM task_ledger.task_event WHERE type = 'completed'")


def records(stack: Stack) -> int:
    """How many tasks lists show as completed."""
    return count(stack, "SELECT count(*) FROM task_ledger.task_record WHERE status = 'SUCCESS'")


def count(stack: Stack, query: str) -> int:
    row = stack.connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]
