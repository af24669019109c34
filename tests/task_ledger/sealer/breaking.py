"""Stores and keys that a sealer is killed at, or that have no room: at the step that is chosen."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from task_ledger.sealer.checkpoint import Checkpoint, parse_checkpoint
from task_ledger.sealer.errors import StoreUnavailable
from task_ledger.sealer.key_file import read_key_file
from task_ledger.sealer.keys import Signer, VerifierKey
from task_ledger.sealer.note import NoteSignature
from task_ledger.sealer.source import Row, Source, Stretch
from task_ledger.sealer.store import Store


class Killed(BaseException):
    """The process ended here."""


@dataclass
class Steps:
    """Counts what a sealer does to the world, and ends it at one of these steps.

    Every effect that others can see passes here: between two of them there is only the state's
    transaction, which is done or not done.

    Attributes:
        left: steps until it is killed; None: it is not.
        full: steps until the store has no room; None: it has.
        signed: every checkpoint that was ever signed, whether it was published or not.
    """

    left: int | None = None
    full: int | None = None
    signed: list[Checkpoint] = field(default_factory=list[Checkpoint])

    def step(self) -> None:
        """Go one step, or be killed before it."""
        if self.left is not None:
            if self.left == 0:
                raise Killed
            self.left -= 1

    def write(self) -> None:
        """Write to the store, or be killed before it, or find no room."""
        self.step()
        if self.full is not None:
            if self.full == 0:
                raise StoreUnavailable("No space left on device")
            self.full -= 1


class BreakingStore:
    """A store that passes every write through the steps, before it and after it."""

    def __init__(self, store: Store, steps: Steps) -> None:
        self._store, self._steps = store, steps

    def read(self, path: str) -> bytes | None:
        """See `Store`."""
        self._steps.step()
        return self._store.read(path)

    def add(self, path: str, data: bytes) -> None:
        """See `Store`."""
        self._steps.write()
        self._store.add(path, data)
        self._steps.step()

    def replace_checkpoint(self, data: bytes) -> None:
        """See `Store`."""
        self._steps.write()
        self._store.replace_checkpoint(data)
        self._steps.step()

    def remove(self, path: str) -> None:
        """See `Store`."""
        self._steps.step()
        self._store.remove(path)


class BreakingSource:
    """A source that passes every question through the steps."""

    def __init__(self, source: Source, steps: Steps) -> None:
        self._source, self._steps = source, steps

    def moved(self, sealed: Mapping[str, int]) -> Iterator[tuple[str, int]]:
        """See `Source`."""
        self._steps.step()
        return self._source.moved(sealed)

    def rows(self, stretches: Iterable[Stretch]) -> Iterator[Row]:
        """See `Source`."""
        self._steps.step()
        return self._source.rows(stretches)

    def retired(self) -> list[tuple[int, int, bytes]]:
        """See `Source.retired`."""
        self._steps.step()
        return self._source.retired()

    def accesses(self, after: int) -> Iterator[tuple[int, bytes]]:
        """See `Source`."""
        self._steps.step()
        return self._source.accesses(after)

    def schema(self) -> bytes:
        """See `Source`."""
        self._steps.step()
        return self._source.schema()


class WatchedKey:
    """A key that notes what it signs, before it does."""

    def __init__(self, key: Signer, steps: Steps) -> None:
        self._key, self._steps = key, steps

    @property
    def verifier(self) -> VerifierKey:
        """See `Signer`."""
        return self._key.verifier

    def sign(self, text: str) -> NoteSignature:
        """See `Signer`."""
        self._steps.step()
        self._steps.signed.append(parse_checkpoint(text))
        return self._key.sign(text)


def watched(path: Path, steps: Steps) -> Callable[[datetime], Sequence[Signer]]:
    """The keys of a file, watched."""
    return lambda now: [WatchedKey(key, steps) for key in read_key_file(path, now)]
