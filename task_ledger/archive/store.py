"""Stores of archives: a folder, or an object store with fsspec."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, cast

import fsspec  # pyright: ignore[reportMissingTypeStubs]

from task_ledger.archive.documents import MONTH
from task_ledger.sealer.errors import StoreUnavailable
from task_ledger.sealer.store import FolderStore, ObjectStore, Store


class ArchiveStore(Store, Protocol):
    """Stores the archives' files. Only `replace` overwrites a file.

    Every method raises StoreUnavailable if the store cannot be reached or is full.
    """

    def replace(self, path: str, data: bytes) -> None:
        """Store `data` at `path`, as a whole or not at all."""
        ...

    def months(self) -> list[str]:
        """The months that have an archive, as `2026-05`, oldest first."""
        ...

    def names(self, folder: str) -> list[str]:
        """The sorted file names in a folder, including leftovers of a killed write; empty if it
        does not exist."""
        ...


def open_archives(url: str) -> ArchiveStore:
    """The archives at `url`: a path or `file://…` is a folder, all else is opened with fsspec."""
    if "://" not in url or url.startswith("file://"):
        return FolderArchives(Path(url.removeprefix("file://")))
    resolve = cast("Callable[[str], tuple[Any, str]]", fsspec.url_to_fs)  # pyright: ignore[reportUnknownMemberType]
    return ObjectArchives(*resolve(url))


class FolderArchives(FolderStore):
    """A folder. A stored file is on disk when a method returns, and never partially written."""

    def _make_folder(self, folder: Path) -> None:
        # Private to this user: archives contain all data of the tasks.
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super()._make_folder(folder)

    def months(self) -> list[str]:
        """See `ArchiveStore.months`."""
        return sorted(path.parent.name for path in self._folder.glob(f"*/{MONTH}"))

    def names(self, folder: str) -> list[str]:
        """See `ArchiveStore.names`."""
        return sorted(path.name for path in self._folder.glob(f"{folder}/*"))


class ObjectArchives(ObjectStore):
    """An object store with fsspec."""

    def months(self) -> list[str]:
        """See `ArchiveStore.months`."""
        return sorted(path.split("/")[-2] for path in self._found(f"*/{MONTH}"))

    def names(self, folder: str) -> list[str]:
        """See `ArchiveStore.names`."""
        return sorted(path.split("/")[-1] for path in self._found(f"{folder}/*"))

    def _found(self, pattern: str) -> list[str]:
        try:
            self._filesystem.invalidate_cache()
            return self._filesystem.glob(str(self._prefix / pattern))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StoreUnavailable(f"the archives cannot be listed: {error}") from error
