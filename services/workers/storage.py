"""The storage for tasks, opened once per process."""

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
    """Return the configured storage."""
    return open_storage(TakeoffSettings().storage(Settings().var_dir))


@contextmanager
def local_copy(key: str) -> Generator[Path]:
    """Provide a stored object as a local file, for the duration of the block."""
    with TemporaryDirectory(prefix="task-ledger-") as folder:
        path = Path(folder) / "object"
        storage().get_file(key, path)
        yield path
