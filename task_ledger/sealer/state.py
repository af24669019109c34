"""The sealer's state: an SQLite file outside the ledger's database, synced to disk before signing.

A lost or outdated state cannot continue the log: it lacks the checkpoint in the store.
"""

import fcntl
import os
import secrets
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from task_ledger.sealer.checkpoint import Checkpoint
from task_ledger.sealer.entries import Opened, encode_entry
from task_ledger.sealer.errors import StateUnavailable
from task_ledger.sealer.note import is_name

_FORMAT: Final = b"task-ledger seal state 1"
_BUSY_S: Final = 10.0


class State:
    """An open state file; only the holder of its lock may use it.

    Every method raises StateUnavailable if the file cannot be read or written; uncommitted changes
    are then lost.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = _opened(path, "rw")
        try:
            self.origin = self.fact("origin").decode()
            self.secret = self.fact("secret")
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file; an open transaction is rolled back."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Generator[None]:
        """A transaction that is synced to disk at the end of the block."""
        with state_errors(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with suppress(sqlite3.Error):  # a full disk has already rolled it back
                self._connection.execute("ROLLBACK")
            raise
        try:
            self.execute("COMMIT")
        except StateUnavailable:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise

    def execute(self, statement: str, *values: Any) -> None:
        """Run a statement that returns nothing."""
        with state_errors(self.path):
            self._connection.execute(statement, values)

    def execute_many(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        """Run a statement for each row of values."""
        with state_errors(self.path):
            self._connection.executemany(statement, rows)

    def one(self, statement: str, *values: Any) -> Any:
        """The first row, or None."""
        with state_errors(self.path):
            return self._connection.execute(statement, values).fetchone()

    def all(self, statement: str, *values: Any) -> list[Any]:
        """Every row."""
        with state_errors(self.path):
            return self._connection.execute(statement, values).fetchall()

    def fact(self, name: str) -> bytes:
        """A fact; empty if unknown."""
        row = self.one("SELECT value FROM fact WHERE name = ?", name)
        return row[0] if row else b""

    def set_fact(self, name: str, value: bytes) -> None:
        """Set a fact, in the caller's transaction."""
        self.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", name, value)


def create_state(
    path: Path, origin: str, now: int, before: Checkpoint | None = None, reason: str = ""
) -> None:
    """Create a log's state in a new file of mode 0600. The first tick publishes it.

    Args:
        origin: name of the log and its keys; no spaces and no plus.
        now: POSIX seconds.
        before: the last checkpoint of the log that this one continues after a restore.
        reason: why that log ended; published in the first entry.

    Raises:
        ValueError: `origin` is invalid, or is the previous log's name.
        StateUnavailable: the file exists, or cannot be written.
    """
    if not is_name(origin) or (before is not None and before.origin == origin):
        raise ValueError("a log needs a name of its own, without spaces and plus")
    entry = Opened(now, origin, before and (before.origin, before.size, before.root), reason)
    first = encode_entry(entry)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            _fill(beside, origin, first)
            # Not a rename: this must fail if a state exists.
            os.link(beside, path)
        finally:
            beside.unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as error:
        raise StateUnavailable(f"{path}: no state was created: {error}") from error


def _fill(path: Path, origin: str, first: bytes) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.executescript(
            "BEGIN;" + (files("task_ledger.sealer") / "state.sql").read_text(encoding="utf-8")
        )
        facts = {"format": _FORMAT, "origin": origin.encode(), "secret": secrets.token_bytes(32)}
        connection.executemany("INSERT INTO fact VALUES (?, ?)", facts.items())
        connection.execute("INSERT INTO head VALUES (1, 0, x'', 0, NULL, NULL, 0)")
        connection.execute("INSERT INTO recheck (one) VALUES (1)")
        connection.execute("INSERT INTO access (one) VALUES (1)")
        connection.execute("INSERT INTO waiting (entry) VALUES (?)", (first,))
        connection.execute("COMMIT")
    finally:
        connection.close()


@contextmanager
def reading(path: Path) -> Generator[sqlite3.Connection]:
    """Open the current state for reading; a sealer may be running meanwhile."""
    with state_errors(path):
        connection = _opened(path, "ro")
        try:
            connection.execute("BEGIN")
            yield connection
        finally:
            connection.close()


@contextmanager
def state_errors(path: Path) -> Generator[None]:
    """Convert SQLite's errors in the block to StateUnavailable, with the cause."""
    try:
        yield
    except sqlite3.Error as error:
        raise StateUnavailable(f"{path}: {error}") from error


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    with state_errors(path):
        try:
            connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode={mode}",
                uri=True,
                isolation_level=None,
                timeout=_BUSY_S,
            )
        except sqlite3.OperationalError as error:
            raise StateUnavailable(
                f"{path}: the sealer's state cannot be opened ({error}); put it back, or open a"
                " new log that names the last checkpoint"
            ) from error
        try:
            # Also syncs the journal's folder: a returned commit survives a power failure.
            connection.execute("PRAGMA synchronous = EXTRA")
            found = connection.execute("SELECT value FROM fact WHERE name = 'format'").fetchone()
            if found != (_FORMAT,):
                raise StateUnavailable(f"{path}: this is not a state of this version")
        except BaseException:
            connection.close()
            raise
    return connection


class StateLock:
    """The active sealer's lock. The operating system releases it when the process ends."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(f"{path.name}.lock")
        self._number: int | None = None

    def take(self) -> bool:
        """Take the lock if it is free, without waiting; returns whether this object holds it.

        Raises:
            StateUnavailable: the lock file cannot be opened.
        """
        if self._number is not None:
            return True
        try:
            number = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StateUnavailable(f"{self._path}: {error.strerror}") from error
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(number)
            return False
        self._number = number
        return True

    def release(self) -> None:
        """Release the lock."""
        if self._number is not None:
            os.close(self._number)
            self._number = None
