"""Imports go only downwards, and the contracts that say so do catch one that does not."""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PACKAGES = sysconfig.get_path("purelib")
ROOTS = ("task_ledger", "takeoff", "services")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    # -S leaves out the installed project itself, so that only what is in the folder is seen.
    return subprocess.run(
        [
            *(sys.executable, "-S", "-c"),
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            *("--no-logo", "--no-cache"),
        ],
        cwd=folder,
        env={"PYTHONPATH": f"{folder}:{PACKAGES}", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def house(folder: Path, importer: str, imported: str) -> None:
    """The repository's modules, all empty but for one import, under its own contracts."""
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    for root in ROOTS:
        for module in (REPOSITORY / root).rglob("*.py"):
            if "node_modules" not in module.parts:
                path = folder / module.relative_to(REPOSITORY)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
    path = folder.joinpath(*importer.split("."))
    package = path / "__init__.py"
    module = package if package.exists() else path.with_suffix(".py")
    assert module.exists()
    module.write_text(f"import {imported}\n")


def test_imports_go_only_downwards() -> None:
    outcome = lint(REPOSITORY)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("services.api", "task_ledger"),
        ("services.api", "takeoff"),
        ("services.api", "task_ledger.server"),
        ("services.plugin", "services.api"),
        ("task_ledger.server", "task_ledger"),
        ("services.workers", "takeoff"),
        ("task_ledger.cli", "task_ledger.local"),
        ("services.demo", "task_ledger.cli"),
        ("services.plugin", "takeoff"),
        ("task_ledger.local.stack", "task_ledger.ops.settings"),
        ("task_ledger.sealer", "task_ledger.eventlog.database"),
    ],
)
def test_an_import_downwards_is_allowed(tmp_path: Path, importer: str, imported: str) -> None:
    house(tmp_path, importer, imported)
    outcome = lint(tmp_path)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("task_ledger", "takeoff"),
        ("task_ledger", "services.api"),
        ("takeoff", "task_ledger"),
        ("takeoff", "services.workers"),
        ("services.api", "services.workers"),
        ("task_ledger.cli", "services.api"),
        ("task_ledger.server", "takeoff"),
        ("task_ledger.server", "services.api"),
        ("task_ledger.server", "services.plugin"),
        ("task_ledger.cli", "services.demo"),
        ("task_ledger.cli", "services.plugin"),
        ("services.demo", "services.workers"),
        ("task_ledger.projector", "takeoff"),
        ("task_ledger.local.stack", "task_ledger.model.fold"),
        ("task_ledger.sealer", "task_ledger.eventlog.append"),
        ("task_ledger.sealer", "task_ledger.celery"),
    ],
)
def test_an_import_upwards_is_caught(tmp_path: Path, importer: str, imported: str) -> None:
    house(tmp_path, importer, imported)
    outcome = lint(tmp_path)
    assert outcome.returncode == 1
    assert "1 broken" in outcome.stdout
