"""Creates folders and files that only their user may read, whatever the umask."""

import os
from pathlib import Path


def make_private_folder(path: Path) -> None:
    """Create a folder and its missing parents, accessible to this user only (0700).

    Existing folders are left unchanged. As root, other users may traverse but not list it (0711),
    because embedded servers run as other users and their data is below.

    Raises:
        OSError: it cannot be created, or is a file.
    """
    mode = 0o711 if os.geteuid() == 0 else 0o700
    for folder in (*reversed(path.parents), path):
        if not folder.exists():
            folder.mkdir(mode=mode, exist_ok=True)
            # The umask reduces the given mode, and a default ACL may widen it.
            folder.chmod(mode)
    if not path.is_dir():
        raise NotADirectoryError(path)


def make_private_file(path: Path) -> None:
    """Create a file that only this user can read (0600), or give an existing one that mode.

    Raises:
        OSError: it cannot be created, or belongs to another user.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
