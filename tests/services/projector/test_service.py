"""The process: starts, works, survives its servers, ends when it is told to."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

from tests.servers import Database
from tests.services.projector.log import (
    assert_projected,
    complete,
    owner,
    register,
    start,
    timeline,
)


@contextmanager
def service(environment: dict[str, str], log: Path, *arguments: str) -> Iterator[subprocess.Popen]:
    """A projector process; killed in the end if it is still there."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.projector", *arguments],
            env=environment,
            stderr=output,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for a condition."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "the condition did not come true"
        sleep(0.02)


def test_it_folds_until_it_is_told_to_stop(
    database: Database, environment: dict[str, str], tmp_path: Path
) -> None:
    with (
        closing(owner(database)) as connection,
        service(environment, tmp_path / "log") as process,
    ):
        task_id = register(connection)
        complete(connection, task_id, start(connection, task_id))
        until(lambda: len(timeline(connection)) == 3)
        assert_projected(connection)
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
    assert "Traceback" not in (tmp_path / "log").read_text()
