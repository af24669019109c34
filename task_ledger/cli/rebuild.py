"""`task-ledger rebuild`: rebuild the read model from the log."""

import json as json_format
import subprocess
import sys
import tempfile
from typing import Any, Final

from task_ledger.cli.exits import UNREACHABLE, WRONG, CommandFailed
from task_ledger.cli.options import Json
from task_ledger.cli.printing import print_json, print_line, progress_bar
from task_ledger.cli.spawn import environment, settings_of

_MODULE: Final = "task_ledger.projector.rebuild"
"""Rebuilding runs in its own process, because services do not import each other; it reports its
progress."""


def rebuild(json: Json = False) -> None:
    """Rebuild every task's record from the log, without downtime.

    Exits with status 1 if a task cannot be folded. Timelines are not changed.
    """
    settings_of("projector", broker=False)
    done = _run()
    if json:
        print_json(done)
    else:
        print_line(
            f"{done['tasks']} records rebuilt, {done['removed']} without events removed,"
            f" {done['quarantined']} tasks could not be folded"
        )
    if done["quarantined"]:
        raise CommandFailed("Some tasks cannot be folded; `task-ledger doctor` names them.")


def _run() -> dict[str, Any]:
    state: dict[str, Any] = {}
    command = [sys.executable, "-m", _MODULE]
    with (
        progress_bar() as bar,
        # Read its log meanwhile, or the process would block after 64 KiB.
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(
            command, env=environment(), stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        shows = bar.add_task("rebuilding", total=None)
        for line in process.stdout or ():
            state = json_format.loads(line)
            bar.update(shows, total=state["of"], completed=state["tasks"])
        process.wait()
        log.seek(0)
        said = log.read().strip()
    if process.returncode != 0 or not state:
        raise CommandFailed(
            f"The rebuild did not finish: {said.rpartition(chr(10))[2]}",
            UNREACHABLE if process.returncode == UNREACHABLE else WRONG,
        )
    return state
