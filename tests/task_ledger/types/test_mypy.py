"""mypy accepts an application's code and the examples, and finds the mistakes pyright finds."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.task_ledger.local.children import REPOSITORY

HERE = Path(__file__).parent
_ERROR = re.compile(r"^([\w/.]+):(\d+): error:", re.MULTILINE)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What mypy remembers of the libraries, shared by the runs."""
    return tmp_path_factory.mktemp("mypy")


def errors(folder: Path, cache: Path, *arguments: str) -> list[tuple[str, int]]:
    """Where mypy, run in a folder, finds errors."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(cache), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "checked" in done.stdout or "no issues found" in done.stdout, done.stdout + done.stderr
    return [(name, int(line)) for name, line in _ERROR.findall(done.stdout)]


def test_correct_code_has_no_errors_and_each_mistake_is_found(cache: Path, tmp_path: Path) -> None:
    for name in ("adopter.py", "mistakes.txt"):
        text = (HERE / name).read_text(encoding="utf-8")
        (tmp_path / name).with_suffix(".py").write_text(text, encoding="utf-8")
    lines = (HERE / "mistakes.txt").read_text(encoding="utf-8").splitlines()
    wrong = {("mistakes.py", n) for n, line in enumerate(lines, 1) if "# wrong:" in line}
    assert set(errors(tmp_path, cache, "--strict", "adopter.py", "mistakes.py")) == wrong


# The types of celery-types know no `shared_task` that has options but no `bind`.
_OF_CELERY_TYPES = [("examples/django_app/after/tasks.py", 10)]


def test_the_examples_have_no_errors_of_the_ledger(cache: Path) -> None:
    found = errors(REPOSITORY, cache, "--explicit-package-bases", "examples")
    assert found == _OF_CELERY_TYPES
