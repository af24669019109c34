"""Check the space of the var folder's disk."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from task_ledger.cli.checks.check import Check, ok, warning

WARN_FREE: Final = 0.10
FAIL_FREE: Final = 0.02

DISK_NEARLY_FULL: Final = warning(
    "disk_nearly_full",
    "disk",
    "Less than a tenth of the disk with the var folder is free.",
    "Make room, or move {var_dir} to a larger disk with TASK_LEDGER_VAR_DIR. The disks of servers"
    " elsewhere are not checked.",
    fails="below 2 %",
)


def disk(var_dir: Path) -> Iterator[Check]:
    """Check the disk with the var folder, which has the servers' data if `up` runs them."""
    folder = next(each for each in (var_dir, *var_dir.absolute().parents) if each.exists())
    space = shutil.disk_usage(folder)
    free = space.free / space.total
    told = f"{space.free / 2**30:.1f} GiB ({free:.0%}) of {folder.absolute()} are free"
    if free < WARN_FREE:
        yield DISK_NEARLY_FULL.found(told, fails=free < FAIL_FREE, var_dir=var_dir)
    else:
        yield ok("disk", told)
