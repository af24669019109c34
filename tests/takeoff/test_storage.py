"""An object is stored whole or not at all, wherever it is stored."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from takeoff.errors import ObjectNotFound, StorageError
from takeoff.storage import Storage, document_key, open_storage, page_image_key
from takeoff.terms import ContentType

_KEY = "documents/a/source.pdf"


@pytest.fixture(params=["folder", "file address", "fsspec"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """A storage of each kind: the local folder by path and by address, and one of fsspec."""
    address = {
        "folder": str(tmp_path / "objects"),
        "file address": f"file://{tmp_path}/objects",
        "fsspec": f"local://{tmp_path}/objects",
    }
    return open_storage(address[request.param])


@pytest.fixture
def lax_umask() -> Iterator[None]:
    """A umask that takes nothing away."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_what_was_put_is_read_back_with_its_size_and_hash(storage: Storage) -> None:
    stored = storage.put(_KEY, [b"one", b"two"])

    assert (stored.key, stored.size_bytes) == (_KEY, 6)
    assert stored.sha256 == hashlib.sha256(b"onetwo").hexdigest()
    assert b"".join(storage.read(_KEY)) == b"onetwo"
    assert storage.size(_KEY) == 6


def test_a_local_folder_and_what_is_in_it_is_for_its_user_alone(
    tmp_path: Path, lax_umask: None
) -> None:
    root = tmp_path / "var" / "objects"
    open_storage(str(root)).put(_KEY, [b"one"])

    assert {stat.S_IMODE(path.stat().st_mode) for path in (root, *root.rglob("*"))} == {
        0o700,
        0o600,
    }
    assert stat.S_IMODE((root / _KEY).stat().st_mode) == 0o600


def test_a_local_file_goes_in_and_comes_out(storage: Storage, tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000
    (tmp_path / "in").write_bytes(content)

    storage.put_file(_KEY, tmp_path / "in")

    assert storage.get_file(_KEY, tmp_path / "out") == len(content)
    assert (tmp_path / "out").read_bytes() == content


def test_putting_a_key_again_replaces_the_object(storage: Storage) -> None:
    storage.put(_KEY, [b"a longer first"])
    storage.put(_KEY, [b"second"])

    assert b"".join(storage.read(_KEY)) == b"second"


@pytest.mark.parametrize("before", [None, b"old"])
def test_a_put_that_breaks_off_changes_nothing(storage: Storage, before: bytes | None) -> None:
    if before is not None:
        storage.put(_KEY, [before])

    def broken() -> Iterator[bytes]:
        yield b"x" * 20_000_000
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        storage.put(_KEY, broken())

    if before is None:
        with pytest.raises(ObjectNotFound):
            storage.read(_KEY)
    else:
        assert b"".join(storage.read(_KEY)) == before


def test_a_put_that_breaks_off_does_not_touch_one_in_another_thread(storage: Storage) -> None:
    first_half, broke = threading.Event(), threading.Event()

    def slow() -> Iterator[bytes]:
        yield b"first "
        first_half.set()
        assert broke.wait(10)
        yield b"second"

    def broken() -> Iterator[bytes]:
        assert first_half.wait(10)
        yield b"x"
        raise ConnectionResetError

    thread = threading.Thread(target=storage.put, args=("documents/b/source.pdf", slow()))
    thread.start()
    with pytest.raises(ConnectionResetError):
        storage.put(_KEY, broken())
    broke.set()
    thread.join()

    assert b"".join(storage.read("documents/b/source.pdf")) == b"first second"


def test_what_is_not_there_is_not_found(storage: Storage, tmp_path: Path) -> None:
    for ask in (storage.read, storage.size):
        with pytest.raises(ObjectNotFound):
            ask(_KEY)
    with pytest.raises(ObjectNotFound):
        storage.get_file(_KEY, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_deleted_object_is_gone_and_may_be_deleted_again(storage: Storage) -> None:
    storage.put(_KEY, [b"x"])
    storage.put("documents/a/pages/00001@150.png", [b"y"])

    storage.delete(_KEY)
    storage.delete(_KEY)

    with pytest.raises(ObjectNotFound):
        storage.size(_KEY)
    assert storage.size("documents/a/pages/00001@150.png") == 1


@pytest.mark.parametrize(
    "key", ["", "{outside}/x", "../x", "a/../x", "a//b", ".hidden", "a\\b", "a\n"]
)
def test_a_key_cannot_leave_the_storage(storage: Storage, key: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="not a storage key"):
        storage.put(key.format(outside=tmp_path), [b"x"])


def test_a_local_folder_is_empty_again_after_the_last_delete(tmp_path: Path) -> None:
    storage = open_storage(str(tmp_path / "objects"))
    storage.put(_KEY, [b"x"])

    storage.delete(_KEY)

    assert list((tmp_path / "objects").iterdir()) == []


def test_a_half_written_file_is_not_an_object(tmp_path: Path) -> None:
    storage = open_storage(str(tmp_path / "objects"))
    seen: list[str] = []

    def looking() -> Iterator[bytes]:
        yield b"x" * 2_000_000
        seen.extend(path.name for path in (tmp_path / "objects").rglob("*") if path.is_file())

    storage.put(_KEY, looking())

    assert len(seen) == 1
    with pytest.raises(StorageError):
        storage.read(f"documents/a/{seen[0]}")
    assert [path.name for path in (tmp_path / "objects/documents/a").iterdir()] == ["source.pdf"]


@pytest.mark.parametrize("address", ["nowhere://bucket", "s4://bucket/prefix"])
def test_an_address_without_a_driver_is_refused_with_what_to_do(address: str) -> None:
    with pytest.raises(StorageError, match="storage_url"):
        open_storage(address)


def test_keys_are_made_of_ids() -> None:
    document_id = uuid.UUID(int=7)

    assert document_key(document_id, ContentType.PDF) == f"documents/{document_id}/source.pdf"
    assert page_image_key(document_id, 3, 150) == f"documents/{document_id}/pages/00003@150.png"


def test_a_put_that_breaks_off_leaves_no_part_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = tmp_path / "parts"
    parts.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(parts))

    def broken() -> Iterator[bytes]:
        yield b"x" * 20_000_000
        assert list(parts.iterdir())
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        open_storage(f"local://{tmp_path}/objects").put(_KEY, broken())

    assert list(parts.iterdir()) == []


def test_all_that_is_below_a_folder_is_deleted_and_nothing_beside_it(storage: Storage) -> None:
    beside = "documents/ab/source.pdf"
    for key in (_KEY, "documents/a/pages/00001@150.png", beside):
        storage.put(key, [b"x"])

    assert storage.delete_below("documents/a") == 2
    assert storage.delete_below("documents/a") == 0
    assert storage.size(beside) == 1
    with pytest.raises(ObjectNotFound):
        storage.read(_KEY)
