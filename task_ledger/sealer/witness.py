"""Requests to witnesses and their responses (C2SP tlog-witness, add-checkpoint)."""

import base64
import re
from dataclasses import dataclass
from typing import Final

from task_ledger.sealer.errors import InvalidNote
from task_ledger.sealer.merkle import HASH_SIZE
from task_ledger.sealer.note import strict_base64

MAX_PROOF: Final = 63
"""Maximum number of hashes in a request."""

_OLD: Final = re.compile(rb"old (0|[1-9][0-9]{0,18})")
_SIZE: Final = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request to cosign a checkpoint.

    Attributes:
        old_size: size of the checkpoint that this witness cosigned last.
        proof: that the log extends that checkpoint; empty if `old_size` is 0.
        note: the signed checkpoint.
    """

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes

    def encode(self) -> bytes:
        """The body of the request."""
        lines = [f"old {self.old_size}", *(base64.b64encode(each).decode() for each in self.proof)]
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + self.note


def parse_add_checkpoint(body: bytes) -> AddCheckpoint:
    """Parse the body of a request; its note is not parsed.

    Raises:
        InvalidNote: it is not a request.
    """
    head, separator, note = body.partition(b"\n\n")
    first, *lines = head.split(b"\n")
    found = _OLD.fullmatch(first)
    if not separator or found is None or len(lines) > MAX_PROOF:
        raise InvalidNote("a request is an old size, at most 63 hashes, an empty line and a note")
    try:
        proof = tuple(strict_base64(line.decode("ascii")) for line in lines)
    except UnicodeDecodeError as error:
        raise InvalidNote("invalid Base 64") from error
    if any(len(each) != HASH_SIZE for each in proof):
        raise InvalidNote("a hash has 32 octets")
    return AddCheckpoint(int(found[1]), proof, note)


def parse_conflict(body: bytes) -> int:
    """Parse a 409 response: the size of the checkpoint that the witness cosigned last.

    Raises:
        InvalidNote: it contains no size.
    """
    found = _SIZE.fullmatch(body)
    if found is None:
        raise InvalidNote("the witness's response is not one line with a size")
    return int(found[1])
