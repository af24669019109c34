"""`make release` refuses what is not ready, and tags only what has passed everything."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "task-ledger"
version = "1.2.3"
requires-python = ">=3.11"

[tool.hatch.build.targets.wheel]
packages = ["task_ledger"]
"""
IN_CLIENT = ("dist/index.js", "dist/index.d.ts", "dist/schema.d.ts", "README.md")
PACK = "tar -czf dist/task-ledger-client-{}.tgz --transform s,^,package/, -C packed {}"
MAKEFILE = "check test:\n\t@echo make $@\n\nclient:\n\t@{}\n"


def makefile(version: str = "1.2.3", files: tuple[str, ...] = IN_CLIENT) -> str:
    """A Makefile whose checks pass, and that packs a client."""
    return MAKEFILE.format(PACK.format(version, " ".join(files)))


FILES = {
    "pyproject.toml": PROJECT,
    "CHANGELOG.md": "# Changelog\n\n## 1.2.3 (2026-11-30)\nThe first.\n",
    "Makefile": makefile(),
    **{f"packed/{name}": "" for name in IN_CLIENT},
    ".gitignore": "/dist/\n",
    "task_ledger/__init__.py": "",
    "task_ledger/py.typed": "",
    "task_ledger/server/page/index.html": "<!doctype html>",
}


def git(folder: Path, *arguments: str) -> str:
    """What git prints."""
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A committed checkout of a small project that is ready."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "release.py", tmp_path / ".ci")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "-m", "Begin")
    return tmp_path


def release(checkout: Path) -> subprocess.CompletedProcess[str]:
    """Run it."""
    who = {f"GIT_{role}_{what}": "a@example.org" for role in ("AUTHOR", "COMMITTER")
           for what in ("NAME", "EMAIL")}  # fmt: skip
    return subprocess.run(
        [sys.executable, ".ci/release.py"],
        cwd=checkout,
        env=os.environ | who,
        capture_output=True,
        text=True,
        check=False,
    )


def commit(checkout: Path, name: str, text: str) -> None:
    """Change one file, and commit it."""
    (checkout / name).write_text(text)
    git(checkout, "commit", "--quiet", "--all", "-m", "Change")


def assert_refused(checkout: Path, why: str) -> None:
    before = git(checkout, "tag")
    done = release(checkout)
    assert done.returncode == 1
    assert "Not released" in done.stderr
    assert why in done.stderr
    assert git(checkout, "tag") == before


def test_what_is_ready_is_checked_built_and_tagged(checkout: Path) -> None:
    done = release(checkout)
    assert done.returncode == 0, done.stderr
    assert "make check" in done.stdout
    assert "make test" in done.stdout
    assert {path.suffix for path in (checkout / "dist").iterdir()} == {".whl", ".gz", ".tgz"}
    assert git(checkout, "tag") == "v1.2.3"
    assert_refused(checkout, "v1.2.3 is tagged already")


def test_a_checkout_with_changes_is_refused(checkout: Path) -> None:
    (checkout / "task_ledger" / "new.py").touch()
    assert_refused(checkout, "task_ledger/new.py")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("# Changelog\n", "says nothing of 1.2.3"),
        ("# Changelog\n\n## 1.2.3 (unreleased)\n", "no date for 1.2.3"),
    ],
)
def test_a_version_without_a_dated_section_is_refused(checkout: Path, text: str, why: str) -> None:
    commit(checkout, "CHANGELOG.md", text)
    assert_refused(checkout, why)


def test_a_version_of_development_is_refused(checkout: Path) -> None:
    commit(checkout, "pyproject.toml", PROJECT.replace("1.2.3", "1.2.3.dev0"))
    assert_refused(checkout, "1.2.3.dev0 is no version of a release")


@pytest.mark.parametrize("target", ["check", "test"])
def test_what_fails_is_not_tagged(checkout: Path, target: str) -> None:
    other = "test" if target == "check" else "check"
    commit(checkout, "Makefile", f"{other}:\n\n{target}:\n\t@false\n")
    assert_refused(checkout, f"make {target} failed")


def test_a_wheel_without_the_page_is_not_tagged(checkout: Path) -> None:
    git(checkout, "rm", "--quiet", "task_ledger/server/page/index.html")
    git(checkout, "commit", "--quiet", "-m", "Drop the page")
    assert_refused(checkout, "lacks task_ledger/server/page/index.html")


def test_a_wheel_with_the_application_in_it_is_not_tagged(checkout: Path) -> None:
    (checkout / "takeoff").mkdir()
    (checkout / "takeoff" / "__init__.py").touch()
    git(checkout, "add", "takeoff")
    commit(
        checkout,
        "pyproject.toml",
        PROJECT.replace('["task_ledger"]', '["task_ledger", "takeoff"]'),
    )
    assert_refused(checkout, "holds takeoff")


@pytest.mark.parametrize("left_out", IN_CLIENT)
def test_an_incomplete_client_is_not_tagged(checkout: Path, left_out: str) -> None:
    files = tuple(name for name in IN_CLIENT if name != left_out)
    commit(checkout, "Makefile", makefile(files=files))
    assert_refused(checkout, f"lacks {left_out}")


def test_a_client_of_another_version_is_not_tagged(checkout: Path) -> None:
    commit(checkout, "Makefile", makefile("1.2.2"))
    assert_refused(checkout, "task-ledger-client-1.2.3.tgz was not packed: set 1.2.3")
