"""What is made for one user alone is so under any umask."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from task_ledger.ops.private_files import make_private_file, make_private_folder


@pytest.fixture(autouse=True, params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_folder_is_made_with_those_above_it_and_what_is_there_stays(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    before = mode(there)
    for _ in range(2):
        make_private_folder(there / "var" / "log")
    assert mode(there) == before
    # Root's can be passed through, and not listed.
    assert mode(there / "var") & 0o766 == mode(there / "var" / "log") & 0o766 == 0o700


def test_a_file_is_made_or_made_private_and_keeps_what_it_has(tmp_path: Path) -> None:
    log = tmp_path / "log"
    make_private_file(log)
    assert mode(log) == 0o600
    log.write_text("a line")
    log.chmod(0o644)
    make_private_file(log)
    assert mode(log) == 0o600
    assert log.read_text() == "a line"
