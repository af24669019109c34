"""The folder of one embedded server: its data, port, passwords, and lock."""

import fcntl
import os
import secrets
import socket
from pathlib import Path
from typing import IO

from task_ledger.local.embedded.errors import AlreadyServed, DataUnusable
from task_ledger.local.embedded.identity import Identity
from task_ledger.ops.private_files import make_private_folder

HOST = "127.0.0.1"


class ServerFolder:
    """The files that one embedded server keeps between runs.

    ``data/`` belongs to the server's user and has mode 0700. ``port`` has the port that it last
    listened on. Password files have mode 0600. ``lock`` is held by the process that serves the
    folder; the system releases it when that process dies.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.data = self.root / "data"
        self._lock: IO[str] | None = None

    def acquire(self) -> None:
        """Become the process that serves this folder, or stay it.

        Raises:
            AlreadyServed: another running process does; the text names its pid.
        """
        if self._lock is not None:
            return
        make_private_folder(self.root)
        lock = (self.root / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise AlreadyServed(
                f"Process {holder} already serves {self.root}. Use that one, stop it, or choose "
                "another folder with TASK_LEDGER_VAR_DIR."
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        self._lock = lock

    def release(self) -> None:
        """Stop serving this folder. Does nothing if this process does not serve it."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def prepare_data(self) -> None:
        """Create the private data folder, if there is none."""
        self.data.mkdir(mode=0o700, exist_ok=True)

    def give_data_to(self, identity: Identity) -> None:
        """Give the data, and nothing else, to the server's user.

        Raises:
            DataUnusable: the data belongs to another user and this process is not root.
        """
        give(self.data, identity)

    def password(self, name: str) -> str:
        """The password in the file ``name``, generated on first use."""
        path = self.root / name
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(24))
        return path.read_text().strip()

    def port(self) -> int:
        """A free port of the loopback address: the one of the last run, if it is free."""
        kept = self.kept_port()
        port = kept if kept and port_is_free(kept) else _free_port()
        if port != kept:
            (self.root / "port").write_text(f"{port}\n")
        return port

    def kept_port(self) -> int:
        """The port of the last run, or 0."""
        try:
            return int((self.root / "port").read_text())
        except (FileNotFoundError, ValueError):
            return 0


def give(folder: Path, identity: Identity) -> None:
    """Give a folder with its content to ``identity``, with mode 0700."""
    owner = folder.stat().st_uid
    if owner != identity.uid:
        if os.geteuid() != 0:
            raise DataUnusable(
                f"{folder} belongs to user {owner}, not to you: it was created by another user or "
                "by root. Run as that user, or remove it, which loses the data in it."
            )
        for parent, folders, files in os.walk(folder):
            for name in (*folders, *files):
                os.chown(Path(parent) / name, identity.uid, identity.gid, follow_symlinks=False)
        os.chown(folder, identity.uid, identity.gid)
    folder.chmod(0o700)


def port_is_free(port: int) -> bool:
    """Whether a server could currently listen on this port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]
