"""The sample project: a generated drawing set, uploaded the way everybody uploads."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from services.cli.api_client import ApiClient
from services.cli.demonstration import make_project
from services.cli.exits import CommandFailed
from services.cli.surroundings import connected
from task_ledger.eventlog.verify import Scope, count
from task_ledger.ops.settings import Settings

PROJECT: Final = "demo"
_FILE: Final = "sample-drawings.pdf"
_MOVES_WITHIN_S: Final = 120.0

# In a process of its own: the command line does not know the takeoff domain.
_WRITE: Final = """
import sys
from pathlib import Path
from takeoff.sample import write_sample
write_sample(Path(sys.argv[1]))
"""


def has_sample(settings: Settings) -> bool:
    """Whether the sample project has had any task, by the log."""
    with connected("auditor", known=settings) as connection:
        return count(connection, Scope(project_id=PROJECT)) > 0


def upload_sample(api: ApiClient, var_dir: Path) -> tuple[str, str]:
    """Make the sample project if it is missing, and upload the drawing set.

    Returns:
        The document's id, and that of the task that processes it.

    Raises:
        CommandFailed: the API refused it or cannot be reached, or the drawing cannot be made.
    """
    make_project(api, PROJECT)
    content = sample_drawing(var_dir).read_bytes()
    answer = api.upload(f"/projects/{PROJECT}/documents", _FILE, content, "application/pdf")
    return str(answer["document_id"]), str(answer["task_id"])


def wait_until_it_moves(api: ApiClient, task_id: str) -> dict[str, Any]:
    """The task, once a worker has taken it.

    Raises:
        CommandFailed: none took it within two minutes, or the API cannot be reached.
    """
    deadline = time.monotonic() + _MOVES_WITHIN_S
    while True:
        task: dict[str, Any] = api.get(f"/tasks/{task_id}")
        if task["status"] != "PENDING":
            return task
        if time.monotonic() > deadline:
            raise CommandFailed(
                f"No worker has taken task {task_id} in {_MOVES_WITHIN_S:g} s. Look at the logs of"
                " worker and projector, and run `task-ledger doctor`."
            )
        time.sleep(0.1)


def sample_drawing(var_dir: Path) -> Path:
    """The generated drawing set, written into `var_dir`.

    Raises:
        CommandFailed: it cannot be made.
    """
    path = var_dir / _FILE
    done = subprocess.run(
        [sys.executable, "-c", _WRITE, str(path)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise CommandFailed(f"The sample drawing could not be made: {last[0]}")
    return path
