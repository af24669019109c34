"""Which tests one process of a parallel run has to itself: a file's, or those of a folder that
share a running system.
"""

from typing import Final

from xdist.scheduler import LoadFileScheduling

_SHARING: Final = (
    "tests/services/web/",
    "tests/services/workers/pages/",
    "tests/task_ledger/packaging/",
)
"""Folders whose files share a system, or installations, which take longer to make than most of
their tests to run."""


class LoadSystemScheduling(LoadFileScheduling):
    """Like `--dist loadfile`, but a shared system is started once, in one process."""

    def _split_scope(self, nodeid: str) -> str:
        for folder in _SHARING:
            if nodeid.startswith(folder):
                return folder
        return super()._split_scope(nodeid)
