"""Verify a project's seal against the ledger; `docs/check_export.py` does the same offline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from task_ledger.sealer.checkpoint import Checkpoint, parse_checkpoint
from task_ledger.sealer.entries import Projects, parse_entry
from task_ledger.sealer.errors import InvalidNote, InvalidProof, SealerError
from task_ledger.sealer.keys import VerifierKey, open_note
from task_ledger.sealer.merkle import Frontier, leaf_hash, verify_inclusion
from task_ledger.sealer.note import parse_note
from task_ledger.sealer.project_names import project_leaf, project_name
from task_ledger.sealer.project_trees import BATCH, numbered_leaves
from task_ledger.sealer.seal_document import SealDocument
from task_ledger.sealer.source import Source, Stretch


class InvalidSeal(SealerError):
    """The document is not a seal of a project."""


@dataclass(frozen=True, slots=True)
class CheckedSeal:
    """A seal with valid proofs and signature.

    Attributes:
        events: number of sealed events of the project, from number 1 on.
        root: of the tree over them.
        sealed_at: when the log's entry was made.
        checkpoint: the log's signed checkpoint.
        keys: the given keys that have signed it.
    """

    project_id: str
    events: int
    root: bytes
    sealed_at: datetime
    checkpoint: Checkpoint
    keys: tuple[VerifierKey, ...]


def check_seal(data: bytes, keys: Sequence[VerifierKey]) -> CheckedSeal:
    """Verify a seal from the project's root up to the signed checkpoint.

    Args:
        data: the JSON document of `seal_file.project_seal`.
        keys: the log's keys, from a trusted source; may include witnesses' keys, which are then
            verified too.

    Raises:
        InvalidSeal: it is not a seal.
        InvalidProof, InvalidEntry, InvalidNote, UnverifiedNote: a part of it is invalid.
    """
    try:
        seal = SealDocument.model_validate_json(data)
        key, root = bytes.fromhex(seal.project_key), bytes.fromhex(seal.root)
        place = [bytes.fromhex(each) for each in seal.projects.proof]
        path = [bytes.fromhex(each) for each in seal.entry.proof]
    except (ValidationError, ValueError) as error:
        raise InvalidSeal("this is not a project's seal") from error
    entry = parse_entry(seal.entry.text.encode())
    if not isinstance(entry, Projects) or entry.count != seal.projects.size:
        raise InvalidProof("the log's entry seals no projects, or another number of them")
    name = project_name(key, seal.project_id)
    leaf = leaf_hash(project_leaf(name, seal.events, root))
    verify_inclusion(leaf, seal.projects.index, seal.projects.size, place, entry.root)
    note, signed_by = open_note(seal.checkpoint.encode(), tuple(keys))
    checkpoint = parse_checkpoint(note.text)
    if not any(each.name == checkpoint.origin for each in signed_by):
        raise InvalidNote(f"none of the given keys belongs to the log {checkpoint.origin}")
    entry_leaf = leaf_hash(seal.entry.text.encode())
    verify_inclusion(entry_leaf, seal.entry.index, checkpoint.size, path, checkpoint.root)
    return CheckedSeal(
        seal.project_id,
        seal.events,
        root,
        datetime.fromtimestamp(entry.at, UTC),
        checkpoint,
        signed_by,
    )


def check_events(
    source: Source, seal: CheckedSeal, passed: Callable[[int], Any] = lambda _: None
) -> None:
    """Check that the project's first events in the ledger equal the sealed ones.

    Args:
        passed: progress callback, called with the number of further events read.

    Raises:
        SealRefused: an event is missing.
        InvalidProof: at least one event differs.
        LedgerUnavailable.
    """
    tree = Frontier()
    while tree.size < seal.events:
        first, upto = tree.size + 1, min(seal.events, tree.size + BATCH)
        rows = iter(source.rows([Stretch(seal.project_id, first - 1, upto)]))
        tree.extend(numbered_leaves(rows, seal.project_id, first, upto))
        passed(upto - first + 1)
    if tree.root() != seal.root:
        raise InvalidProof(
            f"numbers 1 to {seal.events} of the timeline are not the events that were sealed"
        )


def checkpoint_in(data: bytes) -> Checkpoint:
    """Read a checkpoint from a seal or a note without verifying it, for an operator who names the
    previous log's last checkpoint.

    Raises:
        InvalidNote: it is neither.
    """
    if data.lstrip().startswith(b"{"):
        try:
            data = SealDocument.model_validate_json(data).checkpoint.encode()
        except ValidationError as error:
            raise InvalidNote("this is neither a checkpoint nor a seal") from error
    return parse_checkpoint(parse_note(data).text)
