"""The sample project: a generated drawing set, uploaded through the API."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from services.demo.api_client import ApiClient
from services.demo.demonstration import TASK_TYPES, Demonstration, make_project
from task_ledger.cli.connection import connected
from task_ledger.cli.exits import CommandFailed
from task_ledger.cli.machine_token import api_address, read_token
from task_ledger.cli.printing import print_line, say
from task_ledger.eventlog.verify import Scope, count
from task_ledger.ops.settings import Settings

PROJECT: Final = "demo"
_FILE: Final = "sample-drawings.pdf"
_MOVES_WITHIN_S: Final = 120.0

# In its own process, so that `up` and `demo` do not keep its imports and memory.
_WRITE: Final = """
import sys
from pathlib import Path
from takeoff.sample import write_sample
write_sample(Path(sys.argv[1]))
"""


def show_sample(settings: Settings) -> None:
    """On the first start, upload the sample drawing and run every kind of task on it.

    Raises:
        CommandFailed: the API refused the upload or cannot be reached, or no worker starts it.
    """
    if has_sample(settings):
        return
    api = ApiClient(api_address(settings), read_token(settings.var_dir))
    uploaded = upload_sample(api, settings.var_dir)
    task = wait_until_it_moves(api, uploaded[1])
    print_line(f"The sample drawing's task is {task['status']} in project {PROJECT}.")
    _demonstrate(api, uploaded)


def _demonstrate(api: ApiClient, uploaded: tuple[str, str]) -> None:
    # Only report failures: the installation works without the sample.
    demonstration = Demonstration(api, PROJECT, pages=4, show=lambda _: None)
    try:
        demonstration.work_on([uploaded])
    except CommandFailed as error:
        say(f"The sample project is not complete: {error}")
        return
    for problem in demonstration.problems:
        say(f"The sample project is not complete: {problem}")
    if not demonstration.problems:
        print_line(f"All {len(TASK_TYPES)} kinds of task have run in project {PROJECT}.")


def has_sample(settings: Settings) -> bool:
    """Return whether the log has any task of the sample project."""
    with connected("auditor", known=settings) as connection:
        return count(connection, Scope(project_id=PROJECT)) > 0


def upload_sample(api: ApiClient, var_dir: Path) -> tuple[str, str]:
    """Create the sample project if it is missing, and upload the drawing set.

    Returns:
        The ids of the document and of the task that processes it.

    Raises:
        CommandFailed: the API refused it or cannot be reached, or the drawing cannot be generated.
    """
    make_project(api, PROJECT)
    content = sample_drawing(var_dir).read_bytes()
    answer = api.upload(f"/projects/{PROJECT}/documents", _FILE, content, "application/pdf")
    return str(answer["document_id"]), str(answer["task_id"])


def wait_until_it_moves(api: ApiClient, task_id: str) -> dict[str, Any]:
    """Wait until a worker has started the task, and return the task.

    Raises:
        CommandFailed: no worker started it within two minutes, or the API cannot be reached.
    """
    deadline = time.monotonic() + _MOVES_WITHIN_S
    while True:
        task: dict[str, Any] = api.get(f"/tasks/{task_id}")
        if task["status"] != "PENDING":
            return task
        if time.monotonic() > deadline:
            raise CommandFailed(
                f"No worker has started task {task_id} in {_MOVES_WITHIN_S:g} s. Look at the logs "
                "of"
                " worker and projector, and run `task-ledger doctor`."
            )
        time.sleep(0.1)


def sample_drawing(var_dir: Path) -> Path:
    """Generate the drawing set in `var_dir`, and return its path.

    Raises:
        CommandFailed: the drawing set cannot be generated.
    """
    path = var_dir / _FILE
    done = subprocess.run(
        [sys.executable, "-c", _WRITE, str(path)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["no output"]
        raise CommandFailed(f"The sample drawing could not be generated: {last[0]}")
    return path
