"""A disk of a run's own for the database, small enough to be filled."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = "2g"
"""For the data, and for the write-ahead log, of which the server keeps a gigabyte."""


@contextmanager
def small_disk(folder: Path, size: str = SIZE) -> Iterator[Path | None]:
    """A file system in memory at `folder`; None where this process may not mount one."""
    folder.mkdir(mode=0o755, exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", str(folder)],
        capture_output=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
