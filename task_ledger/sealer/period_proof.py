"""Prove that an export has every event of a period, exactly as sealed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from task_ledger.eventlog.export import exact
from task_ledger.eventlog.period import Period
from task_ledger.sealer.event_proofs import ProjectNodes
from task_ledger.sealer.proofs import covering
from task_ledger.sealer.seal_file import NotSealed
from task_ledger.sealer.source import Source


def period_proof(
    state: Path,
    source: Source,
    seal: dict[str, Any],
    period: Period,
    before: Mapping[UUID, tuple[int, bytes]],
) -> dict[str, Any]:
    """Build a project's seal with the proof of a period, to check the period's export.

    The numbers of the period are a contiguous range of the project's tree. Together with the
    subtree roots before and after it (about twice the tree's height), the range yields the sealed
    root, so no event can be altered, omitted or added. Source: the inclusion proof of RFC 6962,
    section 2.1.1, applied to adjacent leaves.

    Args:
        seal: the project's, from `project_seal`.
        before: for each task with events both before and in the period: version and digest of its
            last event before the period, to which the next digest refers.

    Returns: JSON values, with hashes in hex.

    Raises:
        NotSealed: none of the period's numbers is sealed.
        SealRefused: the ledger lacks an event that was sealed.
        StateUnavailable, LedgerUnavailable.
    """
    size, first, last = seal["events"], period.first, min(period.last, seal["events"])
    if first > last:
        raise NotSealed(f"no published checkpoint covers number {first} yet")
    nodes = ProjectNodes(state, source, seal["project_id"], size)
    return {
        "format": "task-ledger period proof 1",
        "since": period.since and exact(period.since),
        "until": period.until and exact(period.until),
        "first": first,
        "last": last,
        "left": [each.hex() for _, _, each in covering(0, first - 1, nodes.read)],
        "right": [each.hex() for _, _, each in covering(last, size, nodes.read)],
        "before": {
            str(task_id): [version, digest.hex()] for task_id, (version, digest) in before.items()
        },
        "seal": seal,
    }
