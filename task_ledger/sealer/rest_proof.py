"""The seal of a project with retired months, for an export of the remaining events."""

from pathlib import Path
from typing import Any, Protocol

from task_ledger.sealer.event_proofs import ProjectNodes
from task_ledger.sealer.proofs import covering
from task_ledger.sealer.seal_file import project_seal
from task_ledger.sealer.source import Source
from task_ledger.sealer.store import Store


class RetiredSource(Source, Protocol):
    """A source that lists the retired numbers of a timeline."""

    def retired_numbers(self, project_id: str) -> list[tuple[int, int]]:
        """The ranges of retired numbers as (first, last), ascending."""
        ...


def rest_proof(
    state: Path, store: Store, source: RetiredSource, project_id: str, since: int = 0
) -> dict[str, Any]:
    """A project's newest published seal. If some of its months are retired, it includes the nodes
    over their events, so that an export of the remaining ones still yields the sealed root.

    Args:
        since: as `project_seal`.

    Returns: JSON values: the seal, or a document that contains it; docs/audit.md describes both.

    Raises:
        SealRefused: the ledger lacks leaves of retired events.
        NotSealed, ValueError, StateUnavailable, StoreUnavailable, InvalidTile: as `project_seal`.
        LedgerUnavailable.
    """
    seal = project_seal(state, store, project_id, since)
    retired = source.retired_numbers(project_id)
    if not retired:
        return seal
    size = seal["events"]
    nodes = ProjectNodes(state, source, project_id, size)
    return {
        "format": "task-ledger rest proof 1",
        "others": [
            (at, level, node.hex())
            for first, last in retired
            for at, level, node in covering(first - 1, min(last, size), nodes.read)
        ],
        "seal": seal,
    }
