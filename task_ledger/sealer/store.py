"""Publish the log to a folder, or to an object store with fsspec."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, Final, Protocol, cast

import fsspec  # pyright: ignore[reportMissingTypeStubs]

from task_ledger.sealer.errors import StoreConflict, StoreUnavailable

CHECKPOINT: Final = "checkpoint"
"""The only path whose content changes."""


class Store(Protocol):
    """Stores the published files by path below the log's prefix.

    Every method raises StoreUnavailable if the store cannot be reached or is full.
    """

    def read(self, path: str) -> bytes | None:
        """The file published at `path`; None if there is none."""
        ...

    def add(self, path: str, data: bytes) -> None:
        """Publish `data` at `path` permanently. Does nothing if the same file exists.

        Raises:
            StoreConflict: a different file exists, and is kept.
        """
        ...

    def replace_checkpoint(self, data: bytes) -> None:
        """Publish `data` as the current checkpoint, atomically."""
        ...

    def remove(self, path: str) -> None:
        """Remove a partial tile or bundle that was replaced by a full one."""
        ...


def open_store(url: str) -> Store:
    """The store at `url`: a path or `file://…` is a folder, anything else is opened with fsspec."""
    if "://" not in url or url.startswith("file://"):
        return FolderStore(Path(url.removeprefix("file://")))
    resolve = cast("Callable[[str], tuple[Any, str]]", fsspec.url_to_fs)  # pyright: ignore[reportUnknownMemberType]
    return ObjectStore(*resolve(url))


class FolderStore:
    """A folder. A published file is on disk when `add` returns, and never partially written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str) -> bytes | None:
        """See `Store.read`."""
        try:
            return (self._folder / path).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unavailable(path, error) from error

    def add(self, path: str, data: bytes) -> None:
        """See `Store.add`."""
        target = self._folder / path
        beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            self._make_folder(target.parent)
            try:
                _write(beside, data)
                # A link, not a rename: it fails if the path exists.
                os.link(beside, target)
            except FileExistsError:
                if target.read_bytes() != data:
                    raise StoreConflict(f"something else is published as {path}") from None
            finally:
                beside.unlink(missing_ok=True)
            self._sync(target.parent)
        except OSError as error:
            raise _unavailable(path, error) from error

    def replace_checkpoint(self, data: bytes) -> None:
        """See `Store.replace_checkpoint`."""
        self.replace(CHECKPOINT, data)

    def replace(self, path: str, data: bytes) -> None:
        """Store `data` at `path`, as a whole or not at all."""
        target = self._folder / path
        beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            self._make_folder(target.parent)
            try:
                _write(beside, data)
                beside.replace(target)
            finally:
                beside.unlink(missing_ok=True)
            self._sync(target.parent)
        except OSError as error:
            raise _unavailable(path, error) from error

    def remove(self, path: str) -> None:
        """See `Store.remove`."""
        target = self._folder / path
        try:
            target.unlink(missing_ok=True)
            if target.parent.is_dir() and not any(target.parent.iterdir()):
                target.parent.rmdir()
        except OSError as error:
            raise _unavailable(path, error) from error

    def _make_folder(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)

    def _sync(self, folder: Path) -> None:
        # Up to the prefix: a new folder is an entry in its parent.
        while True:
            number = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(number)
            finally:
                os.close(number)
            if folder == self._folder:
                break
            folder = folder.parent


class ObjectStore:
    """An object store by fsspec. Detects two writers of one path if the store supports exclusive
    writes (S3's If-None-Match).
    """

    def __init__(self, filesystem: Any, prefix: str) -> None:
        self._filesystem = filesystem
        self._prefix = PurePosixPath(prefix)

    def read(self, path: str) -> bytes | None:
        """See `Store.read`."""
        try:
            return self._filesystem.cat_file(str(self._prefix / path))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unavailable(path, error) from error

    def add(self, path: str, data: bytes) -> None:
        """See `Store.add`."""
        try:
            self._make_folder(path)
            self._filesystem.pipe_file(str(self._prefix / path), data, mode="create")
        except FileExistsError:
            if self.read(path) != data:
                raise StoreConflict(f"something else is published as {path}") from None
        except OSError as error:
            raise _unavailable(path, error) from error

    def replace_checkpoint(self, data: bytes) -> None:
        """See `Store.replace_checkpoint`."""
        self.replace(CHECKPOINT, data)

    def replace(self, path: str, data: bytes) -> None:
        """Store `data` at `path`, as a whole or not at all."""
        try:
            self._make_folder(path)
            self._filesystem.pipe_file(str(self._prefix / path), data)
        except OSError as error:
            raise _unavailable(path, error) from error

    def remove(self, path: str) -> None:
        """See `Store.remove`."""
        try:
            self._filesystem.rm_file(str(self._prefix / path))
        except FileNotFoundError:
            return
        except OSError as error:
            raise _unavailable(path, error) from error

    def _make_folder(self, path: str) -> None:
        # Object stores need no folders; file systems do.
        self._filesystem.makedirs(str((self._prefix / path).parent), exist_ok=True)


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _unavailable(path: str, error: OSError) -> StoreUnavailable:
    return StoreUnavailable(f"{path} cannot be read or published: {error}")
