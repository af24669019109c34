"""A log of a test's own: its state, key, store and clock."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from task_ledger.sealer.checkpoint import Checkpoint, parse_checkpoint
from task_ledger.sealer.key_file import create_key_file, read_key_file
from task_ledger.sealer.keys import VerifierKey, open_note
from task_ledger.sealer.merkle import leaf_hash
from task_ledger.sealer.sealer import Limits, Sealer
from task_ledger.sealer.source import Source
from task_ledger.sealer.state import create_state
from task_ledger.sealer.store import FolderStore, Store
from task_ledger.sealer.tile_reader import TileReader
from task_ledger.sealer.witness_client import Witness

ORIGIN = "example.com/ledger"
BEGAN = 1_796_000_000


class Log:
    """A log in `folder`, opened at `BEGAN`; its clock stands until it is set."""

    def __init__(self, folder: Path, origin: str = ORIGIN, **options: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        create_key_file(folder / "seal.key", origin)
        create_state(folder / "seal.sqlite", origin, BEGAN, **options)
        self._find(folder, origin)

    @classmethod
    def at(cls, folder: Path) -> "Log":
        """The log that was made in a folder."""
        log = cls.__new__(cls)
        log._find(folder, ORIGIN)
        return log

    def _find(self, folder: Path, origin: str) -> None:
        self.state = folder / "seal.sqlite"
        self.keys = folder / "seal.key"
        self.public = folder / "public"
        self.now = BEGAN
        self.origin = origin
        keys = read_key_file(self.keys, datetime.now(UTC))
        self.vkeys: list[VerifierKey] = [each.verifier for each in keys]

    @property
    def store(self) -> FolderStore:
        """The folder that the log is published to."""
        return FolderStore(self.public)

    def sealer(
        self,
        source: Source,
        *,
        store: Store | None = None,
        witnesses: Sequence[Witness] = (),
        limits: Limits = Limits(),  # noqa: B008 - frozen
    ) -> Sealer:
        """A sealer of this log."""
        return Sealer(
            self.state,
            source,
            store or self.store,
            partial(read_key_file, self.keys),
            witnesses=witnesses,
            limits=limits,
            clock=lambda: self.now,
        )

    def tick(self, source: Source, **options: Any) -> Checkpoint | None:
        """One tick of a sealer of its own."""
        with self.sealer(source, **options) as sealer:
            return sealer.tick().checkpoint

    def checkpoint(self) -> Checkpoint:
        """What is published, its signature checked."""
        data = (self.public / "checkpoint").read_bytes()
        return parse_checkpoint(open_note(data, tuple(self.vkeys))[0].text)

    def entries(self) -> list[bytes]:
        """Every entry that the published checkpoint is over."""
        size = self.checkpoint().size
        reader = TileReader(self.store, size)
        return [reader.entry(index) for index in range(size)]

    def leaves(self) -> list[bytes]:
        """The leaf hashes of every published entry."""
        return [leaf_hash(entry) for entry in self.entries()]

    def partial_paths(self) -> list[str]:
        """The partial tiles and bundles that are published."""
        found = (str(path.relative_to(self.public)) for path in self.public.rglob("*"))
        return sorted(path for path in found if re.search(r"\.p/\d+$", path))
