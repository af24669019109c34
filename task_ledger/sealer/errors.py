"""Errors of sealing and of verifying seals. Every message names the mismatch."""

from task_ledger.errors import LedgerError


class SealerError(LedgerError):
    """Base class of the errors of sealing."""


class InvalidProof(SealerError):
    """A Merkle proof does not lead to its root."""


class InvalidNote(SealerError):
    """The data is not a valid signed note, checkpoint, key or cosignature."""


class UnverifiedNote(SealerError):
    """A well-formed note is not signed by a known key, or its signature is invalid."""


class InvalidTile(SealerError):
    """The width of a tile or entry bundle differs from the one in its path."""


class InvalidEntry(SealerError):
    """The data is not an entry of the head log."""


class KeyFileError(SealerError):
    """The file with the signing keys is missing, readable by others, or holds no key in use."""


class StateUnavailable(SealerError):
    """The sealer's state cannot be read or written: missing, of another version, or a full disk."""


class StoreUnavailable(SealerError):
    """The published log cannot be read or written. A later tick publishes the sealed entries."""


class StoreConflict(SealerError):
    """A different file is already published at the path of this log's next entry or tile."""


class WitnessUnavailable(SealerError):
    """A witness cannot be reached, or refused to cosign."""


class SealRefused(SealerError):
    """Nothing was signed, because the stored log does not extend the sealed one.

    Attributes:
        project_id: the project concerned; None if it is the log itself.
    """

    def __init__(self, reason: str, project_id: str | None = None) -> None:
        super().__init__(reason if project_id is None else f"project {project_id!r}: {reason}")
        self.reason = reason
        self.project_id = project_id
