"""The two places that objects are kept in: a local folder, and a file system of fsspec."""

from __future__ import annotations

import os
import posixpath
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from takeoff.errors import StorageError

CHUNK_BYTES = 1024 * 1024
# The smallest part that S3 takes is 5 MiB; an upload may have 10,000 of them.
_PART_BYTES = 8 * CHUNK_BYTES


class LocalFolder:
    """Objects as files below one folder, written aside and renamed into place."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    def write(self, key: str, chunks: Iterable[bytes]) -> None:
        target = self._root / key
        # A leading dot is no valid start of a key, so a half-written file can never be read.
        aside = target.parent / f".{target.name}.{uuid.uuid4().hex}"
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with aside.open("xb") as file:
                for chunk in chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(target)
            _sync_folders(target.parent, self._root)
        except OSError as error:
            raise StorageError(
                f"Cannot write {key}: {error.strerror}. Check the space and the permissions "
                "of the storage folder."
            ) from error
        finally:
            aside.unlink(missing_ok=True)

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


class RemoteFolder:
    """Objects below one address of an fsspec file system."""

    def __init__(self, filesystem: Any, root: str) -> None:
        self._filesystem = filesystem
        self._root = root

    def write(self, key: str, chunks: Iterable[bytes]) -> None:
        path = self._path(key)
        self._filesystem.makedirs(posixpath.dirname(path), exist_ok=True)
        # Committed by the file itself: a transaction belongs to the whole file system object,
        # which threads share.
        file = self._filesystem.open(path, "wb", block_size=_PART_BYTES, autocommit=False)
        try:
            for chunk in chunks:
                file.write(chunk)
            file.close()
        except BaseException:
            file.discard()
            raise
        file.commit()

    def open(self, key: str) -> Any:
        return self._filesystem.open(self._path(key), "rb", block_size=CHUNK_BYTES)

    def size(self, key: str) -> int:
        return int(self._filesystem.size(self._path(key)))

    def delete(self, key: str) -> None:
        with suppress(FileNotFoundError):
            self._filesystem.rm_file(self._path(key))

    def _path(self, key: str) -> str:
        return posixpath.join(self._root, key)


def _sync_folders(folder: Path, root: Path) -> None:
    # The new name, and folders made for it, survive a power loss only once their parents are
    # on the disk too.
    while True:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if folder == root:
            return
        folder = folder.parent
