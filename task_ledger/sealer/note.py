"""Signed notes (C2SP signed-note): a text and signature lines of named keys."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from task_ledger.sealer.errors import InvalidNote

MAX_NOTE: Final = 1_000_000
"""Maximum size of a note, in octets."""

MAX_SIGNATURES: Final = 100
"""Maximum number of signatures; the specification requires at least 16."""

_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_LINE: Final = re.compile(r"— (\S+) (\S+)\n")


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature of a note.

    Attributes:
        name: the key's name.
        key_id: four octets that distinguish keys of the same name.
        signature: in the format of the key's algorithm.
    """

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """The line in a note, with its line feed."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note with unverified signatures.

    Attributes:
        text: the signed text, including its last line feed.
    """

    text: str
    signatures: tuple[NoteSignature, ...]

    def encode(self) -> bytes:
        """The note as it is published."""
        return f"{self.text}\n{''.join(each.line() for each in self.signatures)}".encode()


def parse_note(data: bytes) -> Note:
    """Parse a note without verifying its signatures.

    Raises:
        InvalidNote: it is not a note.
    """
    if len(data) > MAX_NOTE:
        raise InvalidNote(f"a note has at most {MAX_NOTE} octets")
    text, separator, lines = _decoded(data).rpartition("\n\n")
    if not separator or not lines:
        raise InvalidNote("a note has text, an empty line and signatures")
    signatures = parse_signatures(lines)
    if not text:
        raise InvalidNote("a note has text before its signatures")
    return Note(text + "\n", signatures)


def parse_signatures(lines: str) -> tuple[NoteSignature, ...]:
    """Parse signature lines, from the end of a note or a witness's response.

    Raises:
        InvalidNote: a line is invalid, or there are no or too many lines.
    """
    if not lines.endswith("\n") or lines.count("\n") > MAX_SIGNATURES:
        raise InvalidNote(f"a note has 1 to {MAX_SIGNATURES} signatures")
    return tuple(_signature(line) for line in lines.splitlines(keepends=True))


def parse_signature_lines(data: bytes) -> tuple[NoteSignature, ...]:
    """As `parse_signatures`, from octets."""
    if len(data) > MAX_NOTE:
        raise InvalidNote(f"signatures have at most {MAX_NOTE} octets")
    return parse_signatures(_decoded(data))


def is_name(name: str) -> bool:
    """Whether a key may have this name: not empty, no whitespace, no plus."""
    return bool(name) and "+" not in name and not re.search(r"\s", name) and name.isprintable()


def strict_base64(text: str) -> bytes:
    """Decode canonical standard Base 64.

    Raises:
        InvalidNote: it is not standard Base 64 in canonical form.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidNote("invalid Base 64") from error
    if base64.b64encode(data).decode() != text:
        raise InvalidNote("the Base 64 is not in canonical form")
    return data


def _decoded(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise InvalidNote("a note is UTF-8") from error
    if _CONTROL.search(text):
        raise InvalidNote("a note has no control characters but line feeds")
    return text


def _signature(line: str) -> NoteSignature:
    found = _LINE.fullmatch(line)
    if found is None or not is_name(found[1]):
        raise InvalidNote("a signature is a line of a dash, a name and Base 64")
    data = strict_base64(found[2])
    if len(data) <= 4:
        raise InvalidNote("a signature has octets after its key's id")
    return NoteSignature(found[1], data[:4], data[4:])
