"""Check the permissions of private files in the var folder."""

from collections.abc import Iterator
from pathlib import Path

from task_ledger.cli.checks.check import Check, fail, ok
from task_ledger.cli.discovery import environment_file
from task_ledger.cli.machine_token import token_file


def private_files(var_dir: Path) -> Iterator[Check]:
    """Check that no other user can read the token and the addresses kept by `up`."""
    files = [file for file in (token_file(var_dir), environment_file(var_dir)) if file.exists()]
    read = [file for file in files if file.stat().st_mode & 0o077]
    for file in read:
        yield fail(
            "secrets",
            f"others may read {file}",
            f"chmod 600 {file}, and make its secrets anew: `task-ledger token revoke this-machine`"
            " and start `task-ledger up` again.",
        )
    if not read:
        yield ok("secrets", "no file that others may read")
