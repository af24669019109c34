"""An upload is written, counted and hashed piece by piece, or leaves nothing."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from takeoff import intake, refusals


def test_what_was_received_is_on_the_disk_with_its_size_and_hash(tmp_path: Path) -> None:
    received = intake.receive([b"one", b"two"], tmp_path / "upload", max_bytes=6)

    assert received.path.read_bytes() == b"onetwo"
    assert received.size_bytes == 6
    assert received.sha256 == hashlib.sha256(b"onetwo").hexdigest()


def test_an_upload_over_the_limit_is_cut_short_and_removed(tmp_path: Path) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"x" * 1000

    with pytest.raises(refusals.FileTooLarge):
        intake.receive(endless(), tmp_path / "upload", max_bytes=10_000)

    assert taken == 11
    assert list(tmp_path.iterdir()) == []


def test_an_upload_without_bytes_is_refused_and_removed(tmp_path: Path) -> None:
    with pytest.raises(refusals.EmptyFile):
        intake.receive([b""], tmp_path / "upload", max_bytes=10)

    assert list(tmp_path.iterdir()) == []


def test_an_upload_that_breaks_off_is_removed(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"some"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        intake.receive(broken(), tmp_path / "upload", max_bytes=10)

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "upload").write_bytes(b"kept")

    with pytest.raises(FileExistsError):
        intake.receive([b"new"], tmp_path / "upload", max_bytes=10)

    assert (tmp_path / "upload").read_bytes() == b"kept"
