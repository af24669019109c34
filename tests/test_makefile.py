"""`make` lists what there is, and says what is missing before it changes anything."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parents[1] / "Makefile"


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(MAKEFILE, folder)
    for name in ("requirements.lock", "requirements-uv.lock", "pyproject.toml"):
        (folder / name).touch()
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_target_is_listed_with_what_it_does(tmp_path: Path) -> None:
    targets = re.search(r"^\.PHONY: help (.*)$", MAKEFILE.read_text(), re.MULTILINE)
    assert targets is not None
    listed = re.findall(r"^  make ([\w-]+) +\S", make(tmp_path).stdout, re.MULTILINE)
    assert sorted(listed) == sorted(["help", *targets[1].split()])


@pytest.mark.parametrize("target", ["setup", "run", "test", "check"])
def test_a_python_that_is_too_old_is_named(tmp_path: Path, target: str) -> None:
    old = tmp_path / "old-python"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.8.1 && exit 0\nexit 1\n')
    old.chmod(0o755)
    outcome = make(tmp_path, target, f"PYTHON={old}")
    assert outcome.returncode != 0
    assert f"needs Python 3.11 or newer, but {old} is Python 3.8.1." in outcome.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_python_that_is_missing_is_named(tmp_path: Path) -> None:
    outcome = make(tmp_path, "setup", "PYTHON=no-such-python")
    assert "needs Python 3.11 or newer, but no-such-python is missing." in outcome.stderr


def test_a_machine_without_the_venv_module_is_told_what_to_install(tmp_path: Path) -> None:
    bare = tmp_path / "bare-python"
    bare.write_text('#!/bin/sh\n[ "$1" = -m ] && exit 1\nexit 0\n')
    bare.chmod(0o755)
    outcome = make(tmp_path, "setup", f"PYTHON={bare}")
    assert outcome.returncode != 0
    assert "in the package python3-venv" in outcome.stderr
