"""The upgrade test's previous release is that of the newest tag before the current commit."""

import subprocess
from pathlib import Path

import pytest

from tests.deploy import releases


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of this repository, for tags of the test's own."""
    folder = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--shared", str(releases.REPOSITORY), str(folder))
    monkeypatch.setattr(releases, "REPOSITORY", folder)
    return folder


def git(folder: Path, *arguments: str) -> None:
    """Run git, as somebody."""
    who = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, text: str) -> None:
    """Commit a change of the package."""
    (folder / "task_ledger" / "change.txt").write_text(text)
    git(folder, "add", "task_ledger/change.txt")
    git(folder, "commit", "--quiet", "--no-verify", "-m", text)


def test_the_previous_release_has_the_sources_of_the_newest_tag(
    clone: Path, tmp_path: Path
) -> None:
    commit(clone, "one")
    git(clone, "tag", "v97.0.0")
    commit(clone, "two")
    git(clone, "tag", "v98.0.0")
    git(clone, "tag", "experiment")
    commit(clone, "three")
    assert releases.tag_before() == "v98.0.0"
    old = releases.previous_release(tmp_path / "old")
    assert (old / "task_ledger" / "change.txt").read_text() == "two"
    assert releases.newest_revision(old) == releases.newest_revision(clone)
    new = releases.next_release(tmp_path / "new")
    assert (new / "task_ledger" / "change.txt").read_text() == "three"
    # A real revision, or none: only before the first tag is one made up.
    assert releases.newest_revision(new) == releases.newest_revision(clone)


def test_the_release_that_is_tagged_now_follows_the_one_before(clone: Path) -> None:
    commit(clone, "one")
    git(clone, "tag", "v97.0.0")
    commit(clone, "two")
    git(clone, "tag", "v98.0.0")
    assert releases.tag_before() == "v97.0.0"
