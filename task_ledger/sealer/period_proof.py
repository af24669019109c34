"""The proof that an export has every event of a period, as they were sealed."""

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
    """A project's seal with the proof of a period, for an auditor who has the period's export.

    The numbers of the period are one stretch of the project's tree. With the roots over what is
    before and after it, about twice as many as the tree is high, the stretch gives the root that
    was sealed; so none of it can be altered, left out or added. Source: the inclusion proof of
    RFC 6962, section 2.1.1, for leaves next to each other.

    Args:
        seal: the project's, from `project_seal`.
        before: of each task that has events in the period and earlier ones, version and digest of
            the last one before, to which the digest of the next one refers.

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
