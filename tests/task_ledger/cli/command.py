"""The command line in a process of its own."""

import json
import subprocess
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.forked import Forked

SCRIPT = Path(sysconfig.get_path("scripts")) / "task-ledger"
"""The console script of this environment."""

WAIT_S = 180.0


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)

    def lines(self) -> list[Any]:
        """Standard output as one JSON document a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Command:
    """Runs `task-ledger` with given variables, in a folder of its own.

    Args:
        script: a real console script, run as it is; without one, a fork stands for this
            environment's.
    """

    def __init__(
        self, environment: Mapping[str, str], folder: Path, script: Path | None = None
    ) -> None:
        self.environment = dict(environment)
        self.folder = folder
        self.script = script

    def __call__(self, *arguments: object, **variables: str) -> Ended:
        """Run it to its end. No command may ever show a traceback."""
        with self.start(*arguments, **variables) as process:
            try:
                out, err = process.communicate(timeout=WAIT_S)
            except BaseException:
                process.kill()
                raise
        assert "Traceback (most recent call last)" not in err, err
        return Ended(process.returncode, out, err)

    def start(self, *arguments: object, **variables: str) -> subprocess.Popen[str]:
        """Start it; the caller ends it."""
        options: dict[str, Any] = {
            "env": self.environment | variables,
            "cwd": self.folder,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
        }
        told = [str(argument) for argument in arguments]
        if self.script is None:
            return Forked("task_ledger", *told, **options)
        return subprocess.Popen([str(self.script), *told], **options)
