"""Check the permissions of private files in the var folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from task_ledger.cli.checks.check import Check, failure, ok, warning
from task_ledger.cli.discovery import environment_file
from task_ledger.cli.machine_token import token_file

SECRETS_READABLE: Final = failure(
    "secrets_readable",
    "secrets",
    "Other users can read the token or the addresses that `task-ledger up` keeps.",
    "chmod 600 {file}, and renew its secrets: run `task-ledger token revoke this-machine` and "
    "restart `task-ledger up`.",
)
FOLDERS_READABLE: Final = warning(
    "folders_readable",
    "private folders",
    "Other users can list the folders of logs and files.",
    "They contain drawings and logs: `chmod -R go-rwx` them.",
)


def private_files(var_dir: Path) -> Iterator[Check]:
    """Check that no other user can read the token and addresses kept by `up`, logs and drawings."""
    files = [file for file in (token_file(var_dir), environment_file(var_dir)) if file.exists()]
    read = [file for file in files if file.stat().st_mode & 0o077]
    for file in read:
        yield SECRETS_READABLE.found(f"others may read {file}", file=file)
    folders = [var_dir / name for name in ("log", "storage", "uploads")]
    open_ = [folder for folder in folders if folder.is_dir() and folder.stat().st_mode & 0o044]
    if open_:
        yield FOLDERS_READABLE.found(f"others may read {', '.join(map(str, open_))}")
    if not read:
        yield ok("secrets", "other users can read no file")
