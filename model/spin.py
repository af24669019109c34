"""Runs Spin on a model: all states that it can reach, or the shortest way to one that is wrong."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

FOLDER: Final = Path(__file__).parent

MEMORY_MB: Final = 4000
"""What one exploration may use."""

DEPTH: Final = 10_000
"""The longest run that is followed; a longer one makes the exploration incomplete."""

LIMIT_S: Final = 300
"""What one exploration may take before it is given up."""

_ERROR: Final = re.compile(r"^pan:\d+: (.*?)(?: \(at depth \d+\))?$", re.MULTILINE)
_PROPERTY: Final = re.compile(r"\|\| !\((\w+)\)\)")
_STATES: Final = re.compile(r"^\s*(\d+) states, stored", re.MULTILINE)
_CUT_SHORT: Final = ("Search not completed", "max search depth too small", "out of memory")


class SpinFailed(Exception):
    """Spin, the C compiler or the program they made could not do its work; says what it said."""


@dataclass(frozen=True, slots=True)
class Exploration:
    """What an exploration has found.

    Attributes:
        states: how many different states were reached.
        seconds: how long the search took, without the compiler.
        complete: whether every reachable state was looked at; false once something was found.
        error: what is wrong, in Spin's words; None when nothing is.
        broken: the property that does not hold; None when nothing is wrong, or when it is no
            property: a process that is stuck, or a cycle.
        steps: what the model prints on the way to it.
    """

    states: int
    seconds: float
    complete: bool
    error: str | None
    broken: str | None
    steps: tuple[str, ...] = ()


def missing() -> str | None:
    """What has to be installed before anything can be explored; None when all is there."""
    absent = [program for program in ("spin", "gcc") if shutil.which(program) is None]
    if not absent:
        return None
    return f"{' and '.join(absent)} missing: install Debian's packages spin and gcc"


def explore(model: str, defines: Sequence[str], *, small: bool = False) -> Exploration:
    """Look at every state that a model can reach: properties, and processes that are stuck.

    Args:
        model: the name of its file, without the extension.
        defines: preprocessor definitions, `NAME` or `NAME=VALUE`.
        small: whether compiling it well would take longer than the search.

    Raises:
        SpinFailed: nothing is known.
    """
    return _run(model, defines, (_optimized(small), "-DSAFETY"), (_table(small),))


def find_cycle(model: str, defines: Sequence[str], *, small: bool = False) -> Exploration:
    """Look for a run without end: `error` is set when there is one. As `explore`.

    Raises:
        SpinFailed: nothing is known.
    """
    return _run(model, defines, (_optimized(small), "-DNP"), (_table(small), "-l"))


def find_shortest(model: str, defines: Sequence[str]) -> Exploration:
    """Look for the shortest run that breaks a property, and tell its steps. As `explore`.

    Raises:
        SpinFailed: nothing is known.
    """
    return _run(model, defines, (_optimized(True), "-DSAFETY", "-DBFS"), (_table(True), "-E"))


def _optimized(small: bool) -> str:
    return "-O0" if small else "-O1"


def _table(small: bool) -> str:
    """How many hash slots there are, as a power of two; each takes eight bytes."""
    return "-w18" if small else "-w23"


def _run(
    model: str, defines: Sequence[str], compiler: Sequence[str], options: Sequence[str]
) -> Exploration:
    source = FOLDER / f"{model}.pml"
    defined = [f"-D{define}" for define in defines]
    with TemporaryDirectory(prefix="model-") as name:
        folder = Path(name)
        _output(["spin", "-a", *defined, str(source)], folder)
        limits = [f"-DMEMLIM={MEMORY_MB}", "-DVECTORSZ=2048"]
        _output(["gcc", "-w", *compiler, *limits, "-o", "pan", "pan.c"], folder)
        began = monotonic()
        output = _output(["./pan", f"-m{DEPTH}", *options], folder)
        seconds = monotonic() - began
        error = _ERROR.search(output)
        states = _STATES.search(output)
        if states is None:
            raise SpinFailed(output)
        steps: tuple[str, ...] = ()
        trail = folder / f"{source.name}.trail"
        if trail.exists():
            replayed = ["spin", "-t", "-k", trail.name, "-B", "-T", *defined, str(source)]
            steps = _steps(_output(replayed, folder, failing=True))
        broken = _PROPERTY.search(error[1]) if error else None
        return Exploration(
            int(states[1]),
            seconds,
            error is None and not any(words in output for words in _CUT_SHORT),
            error[1] if error else None,
            broken[1] if broken else None,
            steps,
        )


def _output(command: Sequence[str], folder: Path, *, failing: bool = False) -> str:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SpinFailed(f"{command[0]}: {error}") from error
    if done.returncode != 0 and not failing:
        raise SpinFailed(f"{' '.join(command)}:\n{done.stdout}")
    return done.stdout


def _steps(replayed: str) -> tuple[str, ...]:
    lines = (line.strip() for line in replayed.splitlines())
    return tuple(line for line in lines if line and not line.startswith("spin:"))
