"""The built wheel, installed into an environment of its own."""

import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.docs.test_links import REPOSITORY

_UV = Path(sysconfig.get_path("scripts")) / "uv"
_WAIT_S = 300


def run(*command: object, folder: Path = REPOSITORY) -> str:
    """What a command writes to standard output; fails with what it says when it fails."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_WAIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def build_wheel(folder: Path) -> Path:
    """The wheel of this checkout, with the page as it is built here."""
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


@dataclass(frozen=True)
class Installed:
    """An environment with nothing but the wheel and what it depends on."""

    folder: Path

    @property
    def script(self) -> Path:
        """Its `task-ledger`."""
        return self.folder / "bin" / "task-ledger"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @cached_property
    def packages(self) -> frozenset[str]:
        """The names of all distributions in it."""
        lines = run(_UV, "pip", "freeze", "--no-config", "--python", self.python).splitlines()
        return frozenset(line.partition(" @")[0].partition("==")[0] for line in lines)


def install(wheel: Path, folder: Path, extras: Sequence[str] = ()) -> Installed:
    """Install the wheel with these extras, in the versions that are locked."""
    installed = Installed(folder)
    wanted = f"task-ledger[{','.join(extras)}] @ {wheel.as_uri()}"
    run(_UV, "venv", "--no-config", "--quiet", "--python", sys.executable, folder)
    run(
        *(_UV, "pip", "install", "--no-config", "--system-certs", "--quiet"),
        *("--python", installed.python, "--constraints", "requirements.lock", wanted),
    )
    return installed
