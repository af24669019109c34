"""The seal of a project: a JSON document with which an auditor checks an export.

It leads from the root of the project's tree to a signed checkpoint: from the project's leaf in the
tree of a head log entry, via the entry in the head log, to the log's checkpoint. `docs/audit.md`
describes it, and `docs/check_export.py` checks it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from task_ledger.sealer.checkpoint import parse_checkpoint
from task_ledger.sealer.errors import SealerError
from task_ledger.sealer.merkle import HASH_SIZE
from task_ledger.sealer.note import parse_note
from task_ledger.sealer.project_names import project_key
from task_ledger.sealer.proofs import consistency_proof, inclusion_proof, nodes_of
from task_ledger.sealer.state import reading
from task_ledger.sealer.store import Store
from task_ledger.sealer.tile_reader import TileReader


class NotSealed(SealerError):
    """No published checkpoint covers the project or the requested events."""


def project_seal(state: Path, store: Store, project_id: str, since: int = 0) -> dict[str, Any]:
    """The newest published seal of a project.

    Args:
        since: size of the log in a checkpoint kept by the auditor; the seal then contains the
            proof that the log extends it.

    Returns: JSON values, with hashes in hex.

    Raises:
        NotSealed.
        ValueError: the log has never been of the size `since`.
        StateUnavailable, StoreUnavailable, InvalidTile.
    """
    with reading(state) as connection:
        published, note = connection.execute("SELECT published, note FROM head").fetchone()
        (secret,) = connection.execute("SELECT value FROM fact WHERE name = 'secret'").fetchone()
        row = connection.execute(
            "SELECT p.sealed, p.root, p.entry, p.place, t.leaves"
            " FROM project AS p JOIN project_tree AS t ON t.entry = p.entry"
            " WHERE p.project_id = ?",
            (project_id,),
        ).fetchone()
    if row is None or row[2] >= published:
        raise NotSealed(f"no published checkpoint covers project {project_id!r} yet")
    size, root, entry, place, data = row
    leaves = [data[i : i + HASH_SIZE] for i in range(0, len(data), HASH_SIZE)]
    reader = TileReader(store, parse_checkpoint(parse_note(note).text).size)
    return {
        "format": "task-ledger seal 1",
        "project_id": project_id,
        "project_key": project_key(secret, project_id).hex(),
        "events": size,
        "root": root.hex(),
        "projects": {
            "index": place,
            "size": len(leaves),
            "proof": _hex(inclusion_proof(place, len(leaves), nodes_of(leaves))),
        },
        "entry": {
            "text": reader.entry(entry).decode(),
            "index": entry,
            "proof": _hex(inclusion_proof(entry, published, reader.node)),
        },
        "since": {
            "size": since,
            "proof": _hex(consistency_proof(since, published, reader.node)),
        },
        "checkpoint": note.decode(),
    }


def _hex(hashes: Sequence[bytes]) -> list[str]:
    return [each.hex() for each in hashes]
