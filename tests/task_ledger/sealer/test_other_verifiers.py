"""A verifier that nobody here wrote, sigstore's, accepts what is published and nothing altered.

It reads signed notes with keys of Ed25519 and inclusion proofs of RFC 6962, as Rekor's logs have
them. The modules are sigstore's own; a new version may move them.
"""

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore._internal.rekor.checkpoint import verify_checkpoint
from sigstore._internal.trust import Keyring, RekorKeyring
from sigstore.errors import VerificationError
from sigstore.models import TransparencyLogEntry
from sigstore_models.common.v1 import LogId, PublicKey, PublicKeyDetails
from sigstore_models.rekor import v1

from task_ledger.sealer.note import parse_note
from task_ledger.sealer.proofs import inclusion_proof
from task_ledger.sealer.tile_reader import TileReader
from tests.task_ledger.sealer.ledgers import Ledger
from tests.task_ledger.sealer.logs import Log


def theirs(log: Log, index: int, entry: bytes, note: bytes) -> TransparencyLogEntry:
    """An entry of the log with its proof and checkpoint, in sigstore's form."""
    checkpoint = log.checkpoint()
    proof = inclusion_proof(index, checkpoint.size, TileReader(log.store, checkpoint.size).node)
    return TransparencyLogEntry(
        v1.TransparencyLogEntry(
            log_index=str(index),  # type: ignore[arg-type]
            log_id=LogId(key_id=base64.b64encode(log.vkeys[0].key_id)),
            kind_version=v1.KindVersion(kind="entry", version="1"),
            canonicalized_body=base64.b64encode(entry),
            inclusion_proof=v1.InclusionProof(
                log_index=str(index),  # type: ignore[arg-type]
                root_hash=base64.b64encode(checkpoint.root),
                tree_size=str(checkpoint.size),  # type: ignore[arg-type]
                hashes=[base64.b64encode(each) for each in proof],
                checkpoint=v1.Checkpoint(envelope=note.decode()),
            ),
        )
    )


def keyring(log: Log) -> RekorKeyring:
    key = Ed25519PublicKey.from_public_bytes(log.vkeys[0].public)
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return RekorKeyring(
        Keyring(
            [PublicKey(raw_bytes=base64.b64encode(der), key_details=PublicKeyDetails.PKIX_ED25519)]
        )
    )


def test_sigstore_verifies_every_entry_up_to_the_checkpoint(log: Log, ledger: Ledger) -> None:
    for number in range(9):
        ledger.append("riverside", number + 1)
        log.tick(ledger)
    note = (log.public / "checkpoint").read_bytes()
    entries = log.entries()
    assert len(entries) == 12
    for index, entry in enumerate(entries):
        found = theirs(log, index, entry, note)
        verify_checkpoint(keyring(log), found)
        verify_merkle_inclusion(found)
        with pytest.raises(VerificationError, match="root hash"):
            verify_merkle_inclusion(theirs(log, index, entry + b"x", note))


def test_sigstore_refuses_a_checkpoint_that_was_altered(log: Log, ledger: Ledger) -> None:
    log.tick(ledger)
    data = (log.public / "checkpoint").read_bytes()
    note = parse_note(data)
    other = replace(note, text=note.text.replace("\n4\n", "\n5\n"))
    for altered in (
        other.encode(),
        data.replace(b"example.com/ledger\n4", b"example.com/other\n4"),
    ):
        with pytest.raises(VerificationError):
            verify_checkpoint(keyring(log), theirs(log, 0, log.entries()[0], altered))
