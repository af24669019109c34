"""The entries of the head log, as canonical text.

An entry is UTF-8 text of lines joined by line feeds, without one at the end: `task-ledger head 1`,
its kind, when it was made (POSIX seconds), and the lines of its kind. Free text has its length in
octets on the line before it. `parse_entry` accepts only what `encode_entry` writes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final, TypeAlias

from task_ledger.sealer.errors import InvalidEntry, InvalidNote
from task_ledger.sealer.keys import parse_vkey
from task_ledger.sealer.tiles import MAX_ENTRY

_HEADER: Final = "task-ledger head 1"


@dataclass(frozen=True, slots=True)
class Opened:
    """The first entry of a log: its name and the log that it continues.

    Attributes:
        before: the previous log's last checkpoint: origin, size and root; None for a first log.
        reason: why a new log was opened.
    """

    kind: ClassVar[str] = "opened"
    at: int
    origin: str
    before: tuple[str, int, bytes] | None
    reason: str

    def lines(self) -> list[str]:
        """The lines of this kind."""
        origin, size, root = self.before or ("-", "-", None)
        return [
            self.origin,
            origin,
            str(size),
            root.hex() if root is not None else "-",
            *_text(self.reason),
        ]


@dataclass(frozen=True, slots=True)
class Projects:
    """The root of a tree over projects, sorted by their names.

    Attributes:
        scope: `moved`: the projects with events since the previous entry; `all`: every project.
        count: number of projects.
        root: see `project_names.project_leaf` for its leaves.
    """

    kind: ClassVar[str] = "projects"
    at: int
    scope: str
    count: int
    root: bytes

    def lines(self) -> list[str]:
        """The lines of this kind."""
        return [self.scope, str(self.count), self.root.hex()]


@dataclass(frozen=True, slots=True)
class Retired:
    """A month of tasks left the database.

    Attributes:
        bucket: the partition, as 202611.
        count: number of events that left.
        root: of the tree over their (project, seq, leaf).
    """

    kind: ClassVar[str] = "retired"
    at: int
    bucket: int
    count: int
    root: bytes

    def lines(self) -> list[str]:
        """The lines of this kind."""
        return [str(self.bucket), str(self.count), self.root.hex()]


@dataclass(frozen=True, slots=True)
class Erased:
    """The private text of some events was erased.

    Attributes:
        name: the project's name in the head log.
        count: number of events.
        root: of the tree over the leaves of these events and of the note with actor and reason.
    """

    kind: ClassVar[str] = "erased"
    at: int
    name: bytes
    count: int
    root: bytes

    def lines(self) -> list[str]:
        """The lines of this kind."""
        return [self.name.hex(), str(self.count), self.root.hex()]


@dataclass(frozen=True, slots=True)
class Schema:
    """The installed functions and triggers of the ledger's schema have changed.

    Attributes:
        digest: sha256 of them.
    """

    kind: ClassVar[str] = "schema"
    at: int
    digest: bytes

    def lines(self) -> list[str]:
        """The line of this kind."""
        return [self.digest.hex()]


@dataclass(frozen=True, slots=True)
class Access:
    """Reads that are recorded, and changes of tokens.

    Attributes:
        count: number of rows in the access log.
        root: of the tree over them.
    """

    kind: ClassVar[str] = "access"
    at: int
    count: int
    root: bytes

    def lines(self) -> list[str]:
        """The lines of this kind."""
        return [str(self.count), self.root.hex()]


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that sign all later checkpoints.

    Attributes:
        vkeys: as given to auditors, newest first.
    """

    kind: ClassVar[str] = "keys"
    at: int
    vkeys: tuple[str, ...]

    def lines(self) -> list[str]:
        """The lines of this kind."""
        return list(self.vkeys)


Entry: TypeAlias = Opened | Projects | Retired | Erased | Schema | Access | Keys


def encode_entry(entry: Entry) -> bytes:
    """Encode an entry as a leaf of the head log.

    Raises:
        InvalidEntry: it is too long, or would be parsed as another entry.
    """
    data = "\n".join((_HEADER, entry.kind, str(entry.at), *entry.lines())).encode()
    if len(data) > MAX_ENTRY or parse_entry(data) != entry:
        raise InvalidEntry(f"an entry {entry.kind} cannot be written with these values")
    return data


def parse_entry(data: bytes) -> Entry:
    """Read an entry.

    Raises:
        InvalidEntry: it is not an entry in canonical form.
    """
    try:
        header, kind, at, *lines = data.decode().split("\n")
        if header != _HEADER or kind not in _KINDS:
            raise InvalidEntry("this is not an entry of a head log")
        return _KINDS[kind](_number(at), lines)
    except (ValueError, InvalidNote) as error:
        raise InvalidEntry(f"the octets are no entry of a head log: {error}") from error


def _opened(at: int, lines: list[str]) -> Entry:
    origin, before, size, root, *text = lines
    known = None if before == size == root == "-" else (before, _number(size), _hash(root))
    if not origin or not before:
        raise ValueError("a log needs a name")
    return Opened(at, origin, known, _free(text))


def _projects(at: int, lines: list[str]) -> Entry:
    scope, count, root = lines
    if scope not in ("moved", "all"):
        raise ValueError("the scope is moved or all")
    return Projects(at, scope, _number(count), _hash(root))


def _retired(at: int, lines: list[str]) -> Entry:
    bucket, count, root = lines
    return Retired(at, _number(bucket), _number(count), _hash(root))


def _erased(at: int, lines: list[str]) -> Entry:
    name, count, root = lines
    return Erased(at, _hash(name), _number(count), _hash(root))


def _schema(at: int, lines: list[str]) -> Entry:
    (digest,) = lines
    return Schema(at, _hash(digest))


def _access(at: int, lines: list[str]) -> Entry:
    count, root = lines
    return Access(at, _number(count), _hash(root))


def _keys(at: int, lines: list[str]) -> Entry:
    if not lines or [parse_vkey(line).encode() for line in lines] != lines:
        raise ValueError("an entry of kind keys needs at least one key")
    return Keys(at, tuple(lines))


_KINDS: Final[dict[str, Callable[[int, list[str]], Entry]]] = {
    "opened": _opened,
    "projects": _projects,
    "retired": _retired,
    "erased": _erased,
    "schema": _schema,
    "access": _access,
    "keys": _keys,
}


def _text(text: str) -> list[str]:
    return [str(len(text.encode())), text]


def _free(lines: list[str]) -> str:
    octets, *text = lines
    if not text or _number(octets) != len("\n".join(text).encode()):
        raise ValueError("free text has another length than the line before it says")
    return "\n".join(text)


def _number(text: str) -> int:
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", text, re.ASCII):
        raise ValueError("a number is decimal, without leading zeroes")
    return int(text)


def _hash(text: str) -> bytes:
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise ValueError("a hash has 64 hex digits")
    return bytes.fromhex(text)
