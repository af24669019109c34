"""The interface through which the sealer reads the ledger."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol


class Stretch(NamedTuple):
    """A part of a project's timeline: numbers above `after` up to `upto`, both included as said."""

    project_id: str
    after: int
    upto: int


class Row(NamedTuple):
    """A number of a project's timeline and the event that it stands for.

    Attributes:
        task_id: the UUID in lower case.
        digest: of the event as stored, 32 octets; None when the log has no such event.
        leaf: the leaf's hash, which is all that is left of an event of a retired month; None for
            others.
    """

    project_id: str
    seq: int
    task_id: str
    version: int
    digest: bytes | None
    leaf: bytes | None = None


class Source(Protocol):
    """The ledger's timelines and events, as they are committed when they are read.

    Every method raises LedgerUnavailable when the ledger cannot be reached.
    """

    def moved(self, sealed: Mapping[str, int]) -> Iterator[tuple[str, int]]:
        """The projects whose timeline does not end where `sealed` says, each with the highest
        number it has: new ones, longer ones, and (with 0 when nothing is left) shorter ones."""
        ...

    def rows(self, stretches: Iterable[Stretch]) -> Iterator[Row]:
        """The rows of these stretches that are there, by project as asked for, then by number."""
        ...

    def accesses(self, after: int) -> Iterator[tuple[int, bytes]]:
        """Number and digest of each row of the access log behind a number, in order."""
        ...

    def retired(self) -> list[tuple[int, int, bytes]]:
        """The months that have left the ledger: bucket, events, root over their leaves; the oldest
        retirement first."""
        ...

    def schema(self) -> bytes:
        """sha256 of the functions and triggers of the ledger's schema, as installed."""
        ...
