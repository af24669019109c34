"""What can go wrong while sealing or checking a seal. Every message says what does not fit."""

from task_ledger.errors import LedgerError


class SealerError(LedgerError):
    """Something the sealer refused or could not do."""


class InvalidProof(SealerError):
    """A Merkle proof that does not lead to the root it is for."""


class InvalidNote(SealerError):
    """Octets that are no signed note, checkpoint, key or cosignature of the expected form."""


class UnverifiedNote(SealerError):
    """A well-formed note that no known key has signed, or whose signature does not fit."""


class InvalidTile(SealerError):
    """A tile or an entry bundle that is not of the width its path says."""


class InvalidEntry(SealerError):
    """Octets that are no entry of the head log."""


class KeyFileError(SealerError):
    """The file with the signing keys is missing, readable by others, or holds no key in use."""


class StateUnavailable(SealerError):
    """The sealer's state cannot be read or written: missing, of another version, or a full disk."""


class StoreUnavailable(SealerError):
    """The published log cannot be read or written. What is sealed is published by a later tick."""


class StoreConflict(SealerError):
    """Something else is published where this log's next entry or tile belongs."""


class WitnessUnavailable(SealerError):
    """A witness gave no cosignature: it cannot be reached, or it refused."""


class SealRefused(SealerError):
    """Nothing was signed: what is stored does not extend what was sealed.

    Attributes:
        project_id: the project concerned; None when it is the log itself.
    """

    def __init__(self, reason: str, project_id: str | None = None) -> None:
        super().__init__(reason if project_id is None else f"project {project_id!r}: {reason}")
        self.reason = reason
        self.project_id = project_id
