"""The real console script in a process of its own."""

import json
import subprocess
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPT = Path(sysconfig.get_path("scripts")) / "task-ledger"
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
        script: that of another environment than the tests' own.
    """

    def __init__(self, environment: Mapping[str, str], folder: Path, script: Path = SCRIPT) -> None:
        self.environment = dict(environment)
        self.folder = folder
        self.script = script

    def __call__(self, *arguments: object, **variables: str) -> Ended:
        """Run it to its end. No command may ever show a traceback."""
        done = subprocess.run(
            [str(self.script), *map(str, arguments)],
            env=self.environment | variables,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            check=False,
        )
        assert "Traceback (most recent call last)" not in done.stderr, done.stderr
        return Ended(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: object, **variables: str) -> subprocess.Popen[str]:
        """Start it; the caller ends it."""
        return subprocess.Popen(
            [str(self.script), *map(str, arguments)],
            env=self.environment | variables,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
