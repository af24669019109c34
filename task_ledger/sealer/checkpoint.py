"""Checkpoints (C2SP tlog-checkpoint): the text that identifies a log's tree."""

import base64
import re
from dataclasses import dataclass
from typing import Final

from task_ledger.sealer.errors import InvalidNote
from task_ledger.sealer.merkle import EMPTY_ROOT, HASH_SIZE
from task_ledger.sealer.note import strict_base64

MAX_SIZE: Final = (1 << 63) - 1

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log's tree.

    Attributes:
        origin: the log's name.
        size: how many entries the log has.
        root: the root over them, 32 octets.
        extensions: further lines, signed with the rest; this log writes none.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The text that is signed."""
        root = base64.b64encode(self.root).decode()
        return "".join(f"{line}\n" for line in (self.origin, self.size, root, *self.extensions))


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a note's text as a checkpoint.

    Raises:
        InvalidNote: it is not a checkpoint.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise InvalidNote("a checkpoint has an origin, a size, a root and no empty line")
    origin, size, root, *extensions = lines
    if not _SIZE.fullmatch(size) or int(size) > MAX_SIZE:
        raise InvalidNote("a checkpoint's size is a decimal number")
    hashed = strict_base64(root)
    if len(hashed) != HASH_SIZE:
        raise InvalidNote("a checkpoint's root has 32 octets")
    if size == "0" and hashed != EMPTY_ROOT:
        raise InvalidNote("this is not the root of an empty log")
    return Checkpoint(origin, int(size), hashed, tuple(extensions))
