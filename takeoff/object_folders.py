"""The two backends of the object storage: a local folder, and an fsspec file system."""

from __future__ import annotations

import os
import posixpath
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from takeoff.errors import StorageError

CHUNK_BYTES = 1024 * 1024
# S3 accepts parts of 5 MiB or more, at most 10,000 per upload.
_PART_BYTES = 8 * CHUNK_BYTES


class LocalFolder:
    """Objects as files below one folder, written to a temporary name and renamed into place.

    Folders have mode 0700 and files 0600: drawings are for the services' user alone.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    def write(self, key: str, chunks: Iterable[bytes]) -> None:
        target = self._root / key
        # No key starts with a dot, so a half-written file can never be read.
        aside = target.parent / f".{target.name}.{uuid.uuid4().hex}"
        try:
            with _refusals_of("folder", key):
                self._make_private(target.parent)
                number = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                file = os.fdopen(number, "wb")
            with file:
                for chunk in chunks:
                    with _refusals_of("folder", key):
                        file.write(chunk)
                with _refusals_of("folder", key):
                    file.flush()
                    os.fsync(file.fileno())
            with _refusals_of("folder", key):
                aside.replace(target)
                _sync_folders(target.parent, self._root)
        finally:
            aside.unlink(missing_ok=True)

    def _make_private(self, folder: Path) -> None:
        """Create a folder below the root, and the root, accessible to this user only."""
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        for each in reversed(missing):
            within = each == self._root or self._root in each.parents
            each.mkdir(mode=0o700 if within else 0o777, exist_ok=True)

    def open(self, key: str) -> Any:
        return (self._root / key).open("rb")

    def size(self, key: str) -> int:
        path = self._root / key
        if not path.is_file():
            raise FileNotFoundError(key)
        return path.stat().st_size

    def delete(self, key: str) -> None:
        path = self._root / key
        path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder == self._root:
                return
            try:
                folder.rmdir()
            except OSError:
                return

    def keys_below(self, prefix: str) -> list[str]:
        folder = self._root / prefix
        files = (path for path in folder.rglob("*") if path.is_file())
        return sorted(path.relative_to(self._root).as_posix() for path in files)


class RemoteFolder:
    """Objects below one address of an fsspec file system."""

    def __init__(self, filesystem: Any, root: str) -> None:
        self._filesystem = filesystem
        self._root = root

    def write(self, key: str, chunks: Iterable[bytes]) -> None:
        path = self._path(key)
        # Commit the file itself: an fsspec transaction covers the whole file system object, which
        # threads share.
        with _refusals_of("service", key):
            self._filesystem.makedirs(posixpath.dirname(path), exist_ok=True)
            file = self._filesystem.open(path, "wb", block_size=_PART_BYTES, autocommit=False)
        try:
            for chunk in chunks:
                with _refusals_of("service", key):
                    file.write(chunk)
            with _refusals_of("service", key):
                file.close()
        except BaseException:
            file.discard()
            raise
        with _refusals_of("service", key):
            file.commit()

    def open(self, key: str) -> Any:
        return self._filesystem.open(self._path(key), "rb", block_size=CHUNK_BYTES)

    def size(self, key: str) -> int:
        return int(self._filesystem.size(self._path(key)))

    def delete(self, key: str) -> None:
        with suppress(FileNotFoundError):
            self._filesystem.rm_file(self._path(key))

    def keys_below(self, prefix: str) -> list[str]:
        # The cached listing may be stale.
        self._filesystem.invalidate_cache()
        found = self._filesystem.find(self._path(prefix))
        return sorted(posixpath.relpath(path, self._root) for path in found)

    def _path(self, key: str) -> str:
        return posixpath.join(self._root, key)


def _sync_folders(folder: Path, root: Path) -> None:
    # The new name and its new folders survive a power loss only after their parents are synced too.
    for parent in (folder, *folder.parents):
        descriptor = os.open(parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if parent == root:
            return


@contextmanager
def _refusals_of(place: str, key: str) -> Iterator[None]:
    """Convert errors of the storage, and only those, to StorageError."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"The storage {place} did not take {key}: {error}. Check its space, its permissions "
            "and whether it can be reached."
        ) from error
