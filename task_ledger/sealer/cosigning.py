"""Have witnesses cosign checkpoints, and detect an outdated state from their answers."""

from collections.abc import Sequence

import structlog

from task_ledger.sealer.checkpoint import Checkpoint, parse_checkpoint
from task_ledger.sealer.errors import SealRefused, WitnessUnavailable
from task_ledger.sealer.note import NoteSignature, parse_note
from task_ledger.sealer.proofs import consistency_proof
from task_ledger.sealer.state import State
from task_ledger.sealer.store import Store
from task_ledger.sealer.tile_reader import TileReader
from task_ledger.sealer.witness import AddCheckpoint
from task_ledger.sealer.witness_client import Conflict, Witness

log = structlog.get_logger()


def cosign(
    state: State, store: Store, witnesses: Sequence[Witness], note: bytes
) -> list[NoteSignature]:
    """Collect cosignatures for a signed checkpoint whose tiles are published. Witnesses that do not
    answer in time are skipped until the next checkpoint.

    Raises:
        SealRefused: a witness has cosigned a larger checkpoint of this log.
        StoreUnavailable, StateUnavailable.
    """
    checkpoint = parse_checkpoint(parse_note(note).text)
    given: list[NoteSignature] = []
    for witness in witnesses:
        try:
            given.append(_cosigned(state, store, witness, note, checkpoint))
        except WitnessUnavailable as error:
            log.warning("seal.witness_gave_none", witness=witness.key.name, reason=str(error))
    return given


def _cosigned(
    state: State, store: Store, witness: Witness, note: bytes, checkpoint: Checkpoint
) -> NoteSignature:
    vkey = witness.key.encode()
    known = state.one("SELECT size FROM witness WHERE vkey = ?", vkey)
    answer = _asked(store, witness, note, checkpoint, known[0] if known else 0)
    if isinstance(answer, Conflict):
        answer = _asked(store, witness, note, checkpoint, answer.size)
    if isinstance(answer, Conflict):
        raise WitnessUnavailable(f"{witness.key.name} reported two different sizes")
    state.execute("INSERT OR REPLACE INTO witness VALUES (?, ?)", vkey, checkpoint.size)
    return answer


def _asked(
    store: Store, witness: Witness, note: bytes, checkpoint: Checkpoint, old_size: int
) -> NoteSignature | Conflict:
    if old_size > checkpoint.size:
        raise SealRefused(
            f"the witness {witness.key.name} has cosigned {old_size} entries of this log, and the"
            f" state knows of {checkpoint.size}: the state and the store are older ones"
        )
    proof = consistency_proof(old_size, checkpoint.size, TileReader(store, checkpoint.size).node)
    return witness.add_checkpoint(AddCheckpoint(old_size, tuple(proof), note))
