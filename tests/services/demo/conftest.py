"""Fixtures for the takeoff's commands: the console script with the takeoff as its plug-in."""

import os
from pathlib import Path

import pytest

from tests.task_ledger.cli.command import Command

PLUGIN = {"TASK_LEDGER_PLUGINS": "services.plugin:takeoff"}


@pytest.fixture
def command(environment: dict[str, str], tmp_path: Path) -> Command:
    """`task-ledger` on the test's database and broker."""
    return Command(environment | PLUGIN, tmp_path)


@pytest.fixture
def lost(tmp_path: Path) -> Command:
    """`task-ledger` that was told of no server at all."""
    told = {name: value for name, value in os.environ.items() if "TASK_LEDGER" not in name}
    return Command(told | PLUGIN | {"TASK_LEDGER_VAR_DIR": str(tmp_path / "var")}, tmp_path)
