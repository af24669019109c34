"""Folders and files that nobody but their user may read, whatever the umask lets through."""

import os
from pathlib import Path


def make_private_folder(path: Path) -> None:
    """Make a folder, with those above it that are missing, for this user alone (0700).

    What is there stays as it is. As root, others may pass through (0711) and not look: embedded
    servers run as users of their own, and their data is below.

    Raises:
        OSError: it cannot be made, or is a file.
    """
    mode = 0o711 if os.geteuid() == 0 else 0o700
    for folder in (*reversed(path.parents), path):
        if not folder.exists():
            folder.mkdir(mode=mode, exist_ok=True)
            # A mode is masked as it is given, and a default ACL may widen it.
            folder.chmod(mode)
    if not path.is_dir():
        raise NotADirectoryError(path)


def make_private_file(path: Path) -> None:
    """Make a file that this user alone can read (0600), or make one that is there so.

    Raises:
        OSError: it cannot be made, or is another user's.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
