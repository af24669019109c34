"""`task-ledger rebuild`: the read model anew from the log."""

import json as json_format
import subprocess
import sys
from typing import Any, Final

from services.cli.exits import UNREACHABLE, WRONG, CommandFailed
from services.cli.options import Json
from services.cli.printing import print_json, print_line, progress_bar
from services.cli.starting import environment, told_enough

# Services do not import each other: this runs in a process of its own and says how far it is.
_PROGRAM: Final = """
import json, sys
from dataclasses import asdict

import psycopg
from services.projector.rebuild import rebuild
from task_ledger.settings import Settings

def say(state):
    print(json.dumps(asdict(state)), flush=True)

try:
    say(rebuild(Settings().url_for("projector"), say))
except psycopg.OperationalError as error:
    sys.exit(f"3 {error}")
except psycopg.Error as error:
    sys.exit(f"1 {error}")
"""


def rebuild(json: Json = False) -> None:
    """Fold every task's record anew from the log, while everything runs.

    Ends with status 1 if a task cannot be folded. The timelines stay as they are.
    """
    told_enough("projector", broker=False)
    done = _run()
    if json:
        print_json(done)
    else:
        print_line(
            f"{done['tasks']} records made anew, {done['removed']} without events removed,"
            f" {done['quarantined']} tasks could not be folded"
        )
    if done["quarantined"]:
        raise CommandFailed("Some tasks cannot be folded; `task-ledger doctor` names them.")


def _run() -> dict[str, Any]:
    state: dict[str, Any] = {}
    command = [sys.executable, "-c", _PROGRAM]
    with (
        progress_bar() as bar,
        subprocess.Popen(
            command,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        shows = bar.add_task("rebuilding", total=None)
        for line in process.stdout or ():
            state = json_format.loads(line)
            bar.update(shows, total=state["of"], completed=state["tasks"])
        said = process.stderr.read().strip() if process.stderr else ""
    if process.returncode != 0 or not state:
        status, _, what = said.partition(" ")
        if status not in ("1", "3"):
            what = said.rpartition("\n")[2]
        raise CommandFailed(
            f"The rebuild did not end: {what}", UNREACHABLE if status == "3" else WRONG
        )
    return state
