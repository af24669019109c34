"""Wait until a month is sealed, and read the sealed trees for its archive."""

import time
from collections.abc import Mapping
from typing import Any

from task_ledger.archive.errors import NotYetSealed
from task_ledger.archive.writing import SealedTree
from task_ledger.sealer.event_proofs import ProjectNodes
from task_ledger.sealer.keys import VerifierKey, parse_vkey
from task_ledger.sealer.location import LogLocation
from task_ledger.sealer.seal_file import NotSealed, project_seal
from task_ledger.sealer.source import Source
from task_ledger.sealer.status import seal_status, sealed_sizes

_POLL_S = 0.5
_PUBLISH_S = 60.0
"""How long the sealer may take to publish what it has sealed, in seconds."""


class SealedLog:
    """The sealed log of the ledger whose months are retired.

    Args:
        location: of the log.
        source: the ledger, for the digests of events.
    """

    def __init__(self, location: LogLocation, source: Source) -> None:
        self._location = location
        self._source = source

    def require(self, ends: Mapping[str, int], wait_s: float) -> None:
        """Wait until a published checkpoint seals each project up to its number in `ends`.

        Seals by itself if the signing key is here and no sealer is running; otherwise waits for the
        sealer.

        Raises:
            NotYetSealed: after `wait_s` seconds.
            SealRefused: the log does not extend what was sealed.
            KeyFileError, StateUnavailable, StoreUnavailable, LedgerUnavailable.
        """
        until = time.monotonic() + wait_s
        while missing := self._missing(ends):
            if self._seals():
                continue
            if time.monotonic() > until:
                project_id, sealed = next(iter(missing.items()))
                raise NotYetSealed(
                    f"{len(missing)} projects are not sealed yet; of {project_id!r}, {sealed} of"
                    f" {ends[project_id]} events are. Run the sealer, then this command again"
                )
            time.sleep(_POLL_S)

    def tree(self, project_id: str) -> SealedTree:
        """A project's newest published seal with the nodes of its tree.

        If the sealer has sealed later events of the project and not published them yet, waits until
        it has.

        Raises:
            NotSealed: after 60 seconds.
            SealRefused, KeyFileError, StateUnavailable, StoreUnavailable, InvalidTile,
            LedgerUnavailable.
        """
        until = time.monotonic() + _PUBLISH_S
        while (seal := self._published(project_id, until)) is None:
            if not self._seals():
                time.sleep(_POLL_S)
        nodes = ProjectNodes(self._location.state, self._source, project_id, seal["events"])
        return SealedTree(seal, nodes.read)

    def keys(self) -> list[VerifierKey]:
        """The log's keys, for verifying the seals of an archive.

        Raises:
            StateUnavailable.
        """
        return [parse_vkey(each) for each in seal_status(self._location.state).vkeys]

    def _published(self, project_id: str, until: float) -> dict[str, Any] | None:
        try:
            return project_seal(self._location.state, self._location.store(), project_id)
        except NotSealed:
            if time.monotonic() > until:
                raise
            return None

    def _seals(self) -> bool:
        """Whether this process has sealed something: it has the key, and no sealer was at work."""
        if not self._location.keys.exists():
            return False
        with self._location.sealer(self._source) as sealer:
            return sealer.tick().checkpoint is not None

    def _missing(self, ends: Mapping[str, int]) -> dict[str, int]:
        sealed = sealed_sizes(self._location.state)
        return {
            project_id: sealed.get(project_id, 0)
            for project_id, end in ends.items()
            if sealed.get(project_id, 0) < end
        }
