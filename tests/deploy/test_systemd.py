"""The units for systemd are valid, confined, and name commands and settings that exist."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from celery.bin.celery import celery

from task_ledger.cli.commands import COMMANDS
from task_ledger.ops.settings import Settings

UNITS: Final = Path(__file__).parents[2] / "deploy" / "systemd"
SERVICES: Final = sorted(UNITS.glob("*.service"))
MOST_EXPOSED: Final = 15
"""Of 100: what `systemd-analyze security` may say of a unit at most."""


PROCESSES: Final = {"api", "projector", "worker@", "beat", "notifier", "sealer", "metrics"}


@pytest.fixture
def analyze() -> str:
    """The program that checks units, without a running systemd."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd-analyze")
    return program


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """The units, with the programs of this environment."""
    copies: list[Path] = []
    for unit in [*SERVICES, UNITS / "task-ledger.target"]:
        copy = tmp_path / unit.name
        copy.write_text(
            unit.read_text().replace("/opt/task-ledger/bin", str(Path(sys.prefix, "bin")))
        )
        copies.append(copy)
    return copies


def test_each_process_has_a_unit() -> None:
    assert {unit.name.removeprefix("task-ledger-") for unit in SERVICES} == {
        f"{process}.service" for process in PROCESSES
    }


def test_systemd_accepts_each_unit(analyze: str, units: list[Path]) -> None:
    done = subprocess.run(
        [analyze, "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_is_confined(analyze: str, unit: Path) -> None:
    done = subprocess.run(
        [analyze, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", unit],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout.splitlines()[-1]


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_names_what_exists(unit: Path) -> None:
    text = unit.read_text()
    known = {f"TASK_LEDGER_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"TASK_LEDGER_[A-Z_]+", text)) <= known
    command = re.search(r"^ExecStart=/opt/task-ledger/bin/(\S+) (\S+)", text, re.MULTILINE)
    assert command is not None
    if command[1] == "celery":
        started = re.search(r"celery --app \$\{CELERY_APP\} (\w+) (.*)$", text, re.MULTILINE)
        assert started is not None
        known_options = {name for each in celery.commands[started[1]].params for name in each.opts}
        assert set(re.findall(r"--[a-z-]+", started[2])) <= known_options
    assert command[1] == "celery" or command[2] in {each.name for each in COMMANDS}
