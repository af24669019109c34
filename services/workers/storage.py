"""The files that tasks read and write, opened once per process."""

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from services.settings import TakeoffSettings
from takeoff.storage import Storage, open_storage
from task_ledger.ops.settings import Settings


@cache
def storage() -> Storage:
    """The storage that the settings name."""
    return open_storage(TakeoffSettings().storage(Settings().var_dir))


@contextmanager
def local_copy(key: str) -> Generator[Path]:
    """A stored object as a local file, for as long as it is needed."""
    with TemporaryDirectory(prefix="task-ledger-") as folder:
        path = Path(folder) / "object"
        storage().get_file(key, path)
        yield path
