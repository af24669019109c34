"""Keys of signed notes: encode and parse them, sign and verify with Ed25519.

Verifier keys are C2SP signed-note's vkeys. Signing keys have the format of Go's sumdb/note, because
the specification defines none.
"""

import base64
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Protocol

from task_ledger.sealer.errors import InvalidNote, UnverifiedNote
from task_ledger.sealer.note import Note, NoteSignature, is_name, parse_note, strict_base64

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )
except ImportError as error:
    raise ImportError("sealing needs more packages: install task-ledger[seal]") from error

ED25519: Final = 1
"""The signature type of plain note signatures."""

COSIGNATURE: Final = 4
"""The signature type of timestamped cosignatures."""

_PRIVATE: Final = "PRIVATE+KEY+"
_LENGTH: Final = {ED25519: 64, COSIGNATURE: 72}


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name under which it signs.

    Attributes:
        kind: `ED25519` or `COSIGNATURE`.
        public: 32 octets.
    """

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        if not is_name(self.name):
            raise InvalidNote("a key's name has no spaces and no plus, and is not empty")
        if self.kind not in _LENGTH or len(self.public) != 32:
            raise InvalidNote("a key is an Ed25519 key of 32 octets")

    @property
    def key_id(self) -> bytes:
        """Four octets that distinguish the key from others with the same name."""
        return _key_id(self.name, bytes((self.kind,)) + self.public)

    def encode(self) -> str:
        """The key as a vkey, `name+id+Base 64`."""
        return _encode(self.name, self.key_id, bytes((self.kind,)) + self.public)

    def made(self, signature: NoteSignature) -> bool:
        """Whether a signature names this key; not verified."""
        return (signature.name, signature.key_id) == (self.name, self.key_id)

    def verify(self, text: str, signature: bytes) -> None:
        """Verify this key's signature of a note's text.

        Raises:
            UnverifiedNote: the signature is invalid.
        """
        if len(signature) != _LENGTH[self.kind]:
            raise UnverifiedNote(f"the signature by {self.name} has the wrong length")
        message = text.encode()
        if self.kind == COSIGNATURE:
            message = cosigned_message(timestamp_of(signature), text)
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise UnverifiedNote(f"the signature by {self.name} does not match the note") from error


class Signer(Protocol):
    """Signs notes: a key from a file, or a key service."""

    @property
    def verifier(self) -> VerifierKey:
        """The key that checks what this one signs."""
        ...

    def sign(self, text: str) -> NoteSignature:
        """Sign a note's text."""
        ...


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key of Ed25519 and its name. Never shown by `repr`."""

    name: str
    _seed: bytes

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r})"

    @classmethod
    def generate(cls, name: str) -> "SigningKey":
        """A new key; `name` is the log's origin."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> "SigningKey":
        """Read a key as `encode` writes it.

        Raises:
            InvalidNote: it is not a signing key, or its id does not match.
        """
        if not text.startswith(_PRIVATE):
            raise InvalidNote(f"a signing key begins with {_PRIVATE}")
        name, key_id, data = _parse(text.removeprefix(_PRIVATE))
        if len(data) != 33 or data[0] != ED25519:
            raise InvalidNote("a signing key is an Ed25519 key of 32 octets")
        key = cls(name, data[1:])
        if key.verifier.key_id != key_id:
            raise InvalidNote("the signing key's id does not match the key")
        return key

    def encode(self) -> str:
        """The key with its secret, in one line."""
        encoded = _encode(self.name, self.verifier.key_id, bytes((ED25519,)) + self._seed)
        return _PRIVATE + encoded

    @property
    def verifier(self) -> VerifierKey:
        """The key that checks what this one signs."""
        return VerifierKey(self.name, ED25519, self._private().public_key().public_bytes_raw())

    def sign(self, text: str) -> NoteSignature:
        """Sign a note's text."""
        signature = self._private().sign(text.encode())
        return NoteSignature(self.name, self.verifier.key_id, signature)

    def cosign(self, text: str, timestamp: int) -> NoteSignature:
        """Cosign a checkpoint's text as a witness, at `timestamp` in POSIX seconds."""
        key = VerifierKey(self.name, COSIGNATURE, self.verifier.public)
        signature = self._private().sign(cosigned_message(timestamp, text))
        return NoteSignature(self.name, key.key_id, timestamp.to_bytes(8, "big") + signature)

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._seed)


def parse_vkey(text: str) -> VerifierKey:
    """Read a verifier key.

    Raises:
        InvalidNote: it is not a verifier key, its algorithm is unknown, or its id does not match.
    """
    name, key_id, data = _parse(text)
    key = VerifierKey(name, data[0] if data else 0, data[1:])
    if key.key_id != key_id:
        raise InvalidNote("the key's id does not match its name and octets")
    return key


def cosigned_message(timestamp: int, text: str) -> bytes:
    """The message that a witness signs for a checkpoint (C2SP tlog-cosignature)."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def timestamp_of(cosignature: bytes) -> int:
    """The time of a cosignature in POSIX seconds; it is part of the signed message."""
    return int.from_bytes(cosignature[:8], "big")


def open_note(data: bytes, known: tuple[VerifierKey, ...]) -> tuple[Note, tuple[VerifierKey, ...]]:
    """Parse a note and verify it with the known keys.

    Signatures by other keys are ignored.

    Returns: the note with only its verified signatures, and the keys that made them.

    Raises:
        InvalidNote: it is not a note.
        UnverifiedNote: a known key's signature is invalid, or no known key has signed it.
    """
    note = parse_note(data)
    checked: dict[VerifierKey, NoteSignature] = {}
    for signature in note.signatures:
        for key in known:
            if key.made(signature):
                key.verify(note.text, signature.signature)
                checked.setdefault(key, signature)
    if not checked:
        raise UnverifiedNote("no known key has signed the note")
    return Note(note.text, tuple(checked.values())), tuple(checked)


def _parse(text: str) -> tuple[str, bytes, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3 or not is_name(parts[0]) or not re.fullmatch("[0-9a-f]{8}", parts[1]):
        raise InvalidNote("a key is a name, eight hex digits and Base 64, with a plus between")
    return parts[0], bytes.fromhex(parts[1]), strict_base64(parts[2])


def _encode(name: str, key_id: bytes, data: bytes) -> str:
    return f"{name}+{key_id.hex()}+{base64.b64encode(data).decode()}"


def _key_id(name: str, data: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + data).digest()[:4]
