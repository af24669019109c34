"""Ask witnesses for cosignatures over HTTP (C2SP tlog-witness)."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Final

from task_ledger.sealer.errors import InvalidNote, UnverifiedNote, WitnessUnavailable
from task_ledger.sealer.keys import COSIGNATURE, VerifierKey
from task_ledger.sealer.note import NoteSignature, parse_note, parse_signature_lines
from task_ledger.sealer.witness import AddCheckpoint, parse_conflict

_READ: Final = 100_000


@dataclass(frozen=True, slots=True)
class Conflict:
    """The witness last cosigned a checkpoint of a size other than the request's `old_size`.

    Attributes:
        size: of the checkpoint it cosigned last.
    """

    size: int


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness by its address and key.

    Attributes:
        url: its submission prefix, http or https.
        key: a key for cosignatures.
        timeout_s: timeout of each step of a request, in seconds.
    """

    url: str
    key: VerifierKey
    timeout_s: float = 5.0

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://")):
            raise ValueError("a witness's address is http or https")
        if self.key.kind != COSIGNATURE:
            raise ValueError("a witness's key is of type 4, for timestamped cosignatures")

    def add_checkpoint(self, request: AddCheckpoint) -> NoteSignature | Conflict:
        """Request a cosignature and verify it.

        Raises:
            WitnessUnavailable: it cannot be reached, refuses, or its response is invalid.
        """
        asked = urllib.request.Request(  # noqa: S310 - the scheme was looked at
            f"{self.url.rstrip('/')}/add-checkpoint", data=request.encode(), method="POST"
        )
        try:
            with urllib.request.urlopen(asked, timeout=self.timeout_s) as answer:  # noqa: S310
                return self._cosignature(answer.read(_READ), request)
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 409:
                    return Conflict(self._size(error.read(_READ)))
            raise WitnessUnavailable(f"{self.key.name} answered {error.code}") from error
        except (OSError, HTTPException) as error:
            raise WitnessUnavailable(f"{self.key.name} cannot be reached: {error}") from error

    def _cosignature(self, body: bytes, request: AddCheckpoint) -> NoteSignature:
        text = parse_note(request.note).text
        try:
            for signature in parse_signature_lines(body):
                if self.key.made(signature):
                    self.key.verify(text, signature.signature)
                    return signature
        except (InvalidNote, UnverifiedNote) as error:
            raise WitnessUnavailable(f"{self.key.name}: {error}") from error
        raise WitnessUnavailable(f"{self.key.name} answered without its cosignature")

    def _size(self, body: bytes) -> int:
        try:
            return parse_conflict(body)
        except InvalidNote as error:
            raise WitnessUnavailable(f"{self.key.name}: {error}") from error
