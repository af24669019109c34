"""Two releases as folders of sources: the previous one, and the one that follows it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).parents[2]
PARTS: Final = ("task_ledger", "schema")

ADDED: Final = '''"""A column more, as an additive migration makes it."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE task_ledger.task_record ADD COLUMN added_in_0002 integer")
'''


def tag_before() -> str | None:
    """The newest tag of a release before the current commit, if there is one."""
    done = subprocess.run(
        ["git", "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", "HEAD^"],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.strip() or None


def previous_release(folder: Path) -> Path:
    """The release before this one: that of the newest tag; before the first tag, this one."""
    tag = tag_before()
    if tag is None:
        return copied(folder)
    folder.mkdir()
    archive = subprocess.run(
        ["git", "archive", tag, *PARTS], cwd=REPOSITORY, capture_output=True, check=True
    )
    subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
    return folder


def next_release(folder: Path) -> Path:
    """This release; before the first tag, with a revision more than the previous one."""
    copied(folder)
    if tag_before() is None:
        (folder / "schema" / "migrations" / "versions" / "0002_added.py").write_text(ADDED)
    return folder


def newest_revision(release: Path) -> str:
    """The last revision of a release's schema."""
    files = (release / "schema" / "migrations" / "versions").glob("[0-9]*.py")
    return max(file.name.partition("_")[0] for file in files)


def copied(folder: Path) -> Path:
    """The sources of the working tree."""
    ignored = shutil.ignore_patterns("__pycache__", "page", "node_modules")
    for part in PARTS:
        shutil.copytree(REPOSITORY / part, folder / part, ignore=ignored)
    return folder


def process_of(
    release: Path, *argv: str, environment: dict[str, str], log: Path
) -> subprocess.Popen[bytes]:
    """A process that imports `task_ledger` from a release, and the tests from here.

    Forking from a process that has imported this release would not do.
    """
    path = os.pathsep.join([str(release), str(REPOSITORY)])
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", *argv],
            env={**environment, "PYTHONPATH": path}, cwd=release,
            stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
