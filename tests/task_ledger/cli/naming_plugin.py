"""A plug-in whose application names the project `tower`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from task_ledger.plugin import Plugin
from task_ledger.server.projects import Project


def _known(
    connection: Any, *, after: str | None, limit: int, among: Sequence[str] | None
) -> list[Project]:
    del connection, limit
    if (after or "") >= "tower" or (among is not None and "tower" not in among):
        return []
    return [Project("tower", "Tower A", datetime(2026, 1, 1, tzinfo=UTC), "application")]


PLUGIN = Plugin(name="naming", projects=lambda: _known)
