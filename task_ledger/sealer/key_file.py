"""The file with the sealer's signing keys: one key per line, readable by its owner only.

A key that is being replaced is followed by the time until which it still signs:
`PRIVATE+KEY+… until 2026-12-01T00:00:00Z`.
"""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from task_ledger.sealer.errors import InvalidNote, KeyFileError
from task_ledger.sealer.keys import SigningKey

_FORMAT: Final = "%Y-%m-%dT%H:%M:%SZ"


def create_key_file(path: Path, name: str) -> SigningKey:
    """Generate a key with this name, in a new file of mode 0600.

    Raises:
        KeyFileError: the file exists, or cannot be written.
    """
    key = SigningKey.generate(name)
    try:
        _write_new(path, f"{key.encode()}\n")
    except OSError as error:
        raise KeyFileError(f"{path}: no key was written: {error.strerror}") from error
    return key


def read_key_file(path: Path, now: datetime) -> tuple[SigningKey, ...]:
    """The keys that sign at `now`, newest first.

    Raises:
        KeyFileError: the file is missing, others may read it, a line is not a key, or no key is
            in use.
    """
    keys = tuple(key for key, until in _read(path) if until is None or now < until)
    if not keys:
        raise KeyFileError(f"{path}: all keys in it have expired; rotate it")
    return keys


def rotate_key_file(path: Path, now: datetime, overlap: timedelta) -> SigningKey:
    """Add a new key; the current ones also sign until `now + overlap`.

    The file is replaced atomically; concurrent readers read the old one.

    Args:
        overlap: long enough for auditors to receive the new key.

    Raises:
        KeyFileError: as `read_key_file`, or the file cannot be written.
    """
    before = _read(path)
    key = SigningKey.generate(before[0][0].name)
    last = (now + overlap).astimezone(UTC).replace(microsecond=0)
    lines = [key.encode()]
    lines += [
        f"{each.encode()} until {(until or last).strftime(_FORMAT)}"
        for each, until in before
        if until is None or now < until
    ]
    beside = path.with_name(f"{path.name}.new")
    try:
        beside.unlink(missing_ok=True)
        _write_new(beside, "\n".join(lines) + "\n")
        beside.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise KeyFileError(f"{path}: the keys were not replaced: {error.strerror}") from error
    return key


def _read(path: Path) -> list[tuple[SigningKey, datetime | None]]:
    try:
        with path.open(encoding="utf-8") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            lines = file.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"{path}: the signing keys cannot be read: {error}") from error
    if mode & 0o077:
        raise KeyFileError(f"{path}: others may read it; chmod 600 it, and rotate its keys")
    keys: list[tuple[SigningKey, datetime | None]] = []
    for number, line in enumerate(lines, start=1):
        text, _, until = line.partition(" until ")
        try:
            # Not chained: the cause contains the secret.
            time = datetime.strptime(until, _FORMAT).replace(tzinfo=UTC) if until else None
            keys.append((SigningKey.parse(text), time))
        except (InvalidNote, ValueError):
            raise KeyFileError(f"{path}: line {number} is no signing key") from None
    if not keys:
        raise KeyFileError(f"{path}: it contains no key")
    return keys


def _write_new(path: Path, text: str) -> None:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(number)
    _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
