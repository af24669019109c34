"""The interface through which the sealer reads the ledger."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol


class Stretch(NamedTuple):
    """A part of a project's timeline: numbers above `after`, up to and including `upto`."""

    project_id: str
    after: int
    upto: int


class Row(NamedTuple):
    """A number of a project's timeline and its event.

    Attributes:
        task_id: the UUID in lower case.
        digest: of the stored event, 32 octets; None if the event is missing.
        leaf: the leaf's hash, which is all that remains of a retired event; None for others.
    """

    project_id: str
    seq: int
    task_id: str
    version: int
    digest: bytes | None
    leaf: bytes | None = None


class Source(Protocol):
    """The ledger's committed timelines and events.

    Every method raises LedgerUnavailable if the ledger cannot be reached.
    """

    def moved(self, sealed: Mapping[str, int]) -> Iterator[tuple[str, int]]:
        """The projects whose timeline does not end at the number in `sealed`, each with its highest
        number: new, longer, and shorter ones (0 if nothing is left)."""
        ...

    def rows(self, stretches: Iterable[Stretch]) -> Iterator[Row]:
        """The existing rows of these stretches, in the order of `stretches`, then by number."""
        ...

    def accesses(self, after: int) -> Iterator[tuple[int, bytes]]:
        """Number and digest of each row of the access log after a number, in order."""
        ...

    def retired(self) -> list[tuple[int, int, bytes]]:
        """The retired months: bucket, number of events, root over their leaves; oldest retirement
        first."""
        ...

    def schema(self) -> bytes:
        """sha256 of the functions and triggers of the ledger's schema, as installed."""
        ...
