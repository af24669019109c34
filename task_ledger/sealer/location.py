"""The locations of a log's state, keys and published form."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from task_ledger.ops.settings import Settings, SettingsError
from task_ledger.sealer.checkpoint import Checkpoint
from task_ledger.sealer.errors import InvalidNote, StateUnavailable
from task_ledger.sealer.key_file import create_key_file, read_key_file
from task_ledger.sealer.keys import SigningKey, parse_vkey
from task_ledger.sealer.note import is_name
from task_ledger.sealer.sealer import Sealer
from task_ledger.sealer.source import Source
from task_ledger.sealer.state import create_state
from task_ledger.sealer.store import Store, open_store
from task_ledger.sealer.witness_client import Witness


@dataclass(frozen=True, slots=True)
class LogLocation:
    """The locations of one log.

    Attributes:
        state: the sealer's state.
        keys: the file with the signing keys.
        publish_url: a folder, or a URL for fsspec.
    """

    state: Path
    keys: Path
    publish_url: str

    @classmethod
    def of(cls, settings: Settings) -> "LogLocation":
        """The configured locations."""
        folder = (settings.seal_dir or settings.var_dir / "seal").absolute()
        return cls(
            folder / "seal.sqlite",
            (settings.seal_key_file or folder / "seal.key").absolute(),
            settings.seal_publish_url or str(folder / "published"),
        )

    def store(self) -> Store:
        """The store in which the log is published."""
        return open_store(self.publish_url)

    def sealer(self, source: Source, witnesses: tuple[Witness, ...] = ()) -> Sealer:
        """The log's sealer; opens nothing before its first tick."""
        keys = partial(read_key_file, self.keys)
        return Sealer(self.state, source, self.store(), keys, witnesses=witnesses)


def open_log(
    location: LogLocation, name: str, before: Checkpoint | None = None, reason: str = ""
) -> SigningKey:
    """Open a log: create its state, and its key if it is missing.

    An existing key file is used if its key has this name: an earlier call may have been killed
    between the two steps.

    Args:
        name: the log's name; no spaces and no plus.
        before: the last checkpoint of the log that this one continues after a restore.
        reason: why that log ended; published.

    Returns: the signing key.

    Raises:
        ValueError: `name` is invalid, or is the previous log's name.
        KeyFileError, StateUnavailable: a file exists for another log, or cannot be written.
    """
    now = datetime.now(UTC)
    if location.state.exists():
        raise StateUnavailable(f"{location.state}: a log is already open here")
    if not is_name(name):
        raise ValueError("a log's name has no spaces and no plus, such as example.com/ledger")
    if before is not None and before.origin == name:
        raise ValueError(f"the log before has the name {name}: give this one another")
    try:
        for folder in (location.state.parent, location.keys.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StateUnavailable(f"{error.filename}: no folder was made: {error.strerror}") from error
    if location.keys.exists():
        key = read_key_file(location.keys, now)[0]
        if key.name != name:
            raise StateUnavailable(f"{location.keys}: it has the key of the log {key.name}")
    else:
        key = create_key_file(location.keys, name)
    create_state(location.state, name, int(now.timestamp()), before, reason)
    return key


def open_local_log(location: LogLocation) -> None:
    """Open a log with a generated name, unless one is open; for `task-ledger up`.

    Raises: as `open_log`.
    """
    if location.state.exists():
        return
    if location.keys.exists():
        name = read_key_file(location.keys, datetime.now(UTC))[0].name
    else:
        name = f"localhost/ledger/{secrets.token_hex(4)}"
    open_log(location, name)


def witnesses_of(settings: Settings) -> tuple[Witness, ...]:
    """The configured witnesses.

    Raises:
        SettingsError: an address or a key is invalid.
    """
    found: list[Witness] = []
    for each in filter(None, map(str.strip, (settings.seal_witnesses or "").split(","))):
        url, _, vkey = each.partition(" ")
        try:
            found.append(Witness(url, parse_vkey(vkey.strip())))
        except (InvalidNote, ValueError) as error:
            raise SettingsError(f"TASK_LEDGER_SEAL_WITNESSES: {each!r}: {error}") from error
    return tuple(found)
