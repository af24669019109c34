"""Runs parts of Celery's suite, on plain Celery and on LedgerCelery at the same time."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError

import redis

from task_ledger.local import watchdog
from task_ledger.local.embedded import EmbeddedPostgres, EmbeddedValkey
from task_ledger.ops.migrate import upgrade
from tests.celery_suite.results import Outcome, read_results
from tests.servers import QUICK

REPOSITORY: Final = Path(__file__).parents[2]
PARTS: Final = {
    "unit": ["t/unit/app", "t/unit/tasks", "t/unit/worker"],
    "integration": ["t/integration/test_tasks.py", "t/integration/test_canvas.py"],
}
"""What runs of the suite: Celery's tests of canvases are in `t/unit/tasks`."""


class BadSources(Exception):
    """That folder does not have the tests of the Celery that is installed."""


class SuiteFailed(Exception):
    """A side did not come to results."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the comparison.

    Attributes:
        name: `plain` or `ledger`.
        folder: Celery's tests, and nothing of Celery itself, which is installed.
        environment: what its tests run with.
        test_s: after so many seconds a test has failed.
    """

    name: str
    folder: Path
    environment: dict[str, str]
    test_s: float

    def start(self, part: str, tests: Sequence[str]) -> "Running":
        """Run tests of a part: their paths, or pytest's names of them."""
        results = self.folder / f"{part}.xml"
        results.unlink(missing_ok=True)
        plugin = ["-p", "tests.celery_suite.in_its_place"] if self.name == "ledger" else []
        argv = [
            sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist",
            "-p", "celery.contrib.pytest", *plugin, "-q", "-W", "ignore",
            "--timeout", str(self.test_s), "-o", "junit_family=xunit1",
            "--junit-xml", str(results), *tests,
        ]  # fmt: skip
        with (self.folder / f"{part}.log").open("ab") as log:
            process = subprocess.Popen(
                argv, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        steps = [watchdog.Step(signal.SIGKILL, 5.0)]
        watchdog.shared().watch(process.pid, steps, group=True)
        return Running(process, results, self.folder / f"{part}.log")


@dataclass(frozen=True, slots=True)
class Running:
    """A process that runs tests."""

    process: "subprocess.Popen[bytes]"
    results: Path
    log: Path

    def wait(self, seconds: float) -> dict[str, Outcome]:
        """The results.

        Raises:
            SuiteFailed: it takes longer, or was killed, or ran no test.
        """
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise SuiteFailed(f"no results within {seconds:.0f} s: see {self.log}") from None
        finally:
            self.end()
        try:
            found = read_results(self.results)
        except (ParseError, OSError) as error:
            raise SuiteFailed(f"no results, status {status}: see {self.log}") from error
        if not found:
            raise SuiteFailed(f"no test ran, status {status}: see {self.log}")
        return found

    def end(self) -> None:
        """End it, and all that it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        watchdog.shared().forget(self.process.pid)


@contextmanager
def sides(sources: Path, folder: Path, test_s: float) -> Iterator[tuple[Side, Side]]:
    """Plain Celery and LedgerCelery, each with a broker; LedgerCelery with a ledger and its relay.

    Args:
        sources: a checkout or a source distribution of the Celery that is installed.
        folder: for copies of its tests, logs and the servers' data.
        test_s: after so many seconds a test has failed.

    Raises:
        BadSources: they are of another version, or have no tests.
    """
    check_sources(sources)
    with (
        EmbeddedPostgres(folder / "postgres", settings=QUICK) as postgres,
        EmbeddedValkey(folder / "valkey-plain") as plain,
        EmbeddedValkey(folder / "valkey-ledger") as ledger,
    ):
        upgrade(postgres.url)
        with_ledger = {"TASK_LEDGER_DATABASE_URL": postgres.url}
        copies = {name: _copied(sources, folder / name) for name in ("plain", "ledger")}
        side = Side("ledger", copies["ledger"], _environment(ledger, with_ledger), test_s)
        with _projector(side, folder):
            yield Side("plain", copies["plain"], _environment(plain, {}), test_s), side


def check_sources(sources: Path) -> None:
    """Refuse sources of another version than is installed, and those without tests."""
    missing = [path for paths in PARTS.values() for path in paths if not (sources / path).exists()]
    if missing:
        raise BadSources(f"{sources} has no {', '.join(missing)}: name a checkout of Celery")
    line = next(
        line
        for line in (sources / "celery/__init__.py").read_text().splitlines()
        if line.startswith("__version__ = ")
    )
    if (found := line.partition("=")[2].strip(" '\"")) != version("celery"):
        raise BadSources(f"{sources} is Celery {found}; {version('celery')} is installed")


def _copied(sources: Path, folder: Path) -> Path:
    """The tests alone: beside Celery's code they would import that, not what is installed."""
    folder.mkdir()
    shutil.copytree(sources / "t", folder / "t", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.cfg"):
        if (sources / name).exists():
            shutil.copy(sources / name, folder)
    return folder


def _environment(valkey: EmbeddedValkey, more: dict[str, str]) -> dict[str, str]:
    with redis.Redis.from_url(valkey.url) as client:
        # Celery's tests connect without a password.
        client.config_set("requirepass", "")
    url = f"redis://127.0.0.1:{valkey.port}/0"
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith(("TASK_LEDGER_", "CELERY_"))},
        "PYTHONPATH": str(REPOSITORY),
        "REDIS_HOST": "127.0.0.1",
        "REDIS_PORT": str(valkey.port),
        "TEST_BROKER": url,
        "TEST_BACKEND": url,
        **more,
    }


@contextmanager
def _projector(side: Side, folder: Path) -> Iterator[None]:
    environment = side.environment | {
        "TASK_LEDGER_BROKER_URL": side.environment["TEST_BROKER"],
        "TASK_LEDGER_VAR_DIR": str(folder / "var"),
    }
    with (folder / "projector.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "task_ledger.projector"], cwd=folder, env=environment,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    watchdog.shared().watch(process.pid, [watchdog.Step(signal.SIGKILL, 5.0)], group=False)
    try:
        yield
    finally:
        process.kill()
        process.wait()
        watchdog.shared().forget(process.pid)
