"""Locate the sealer's state, for processes that only read it and may lack its packages."""

from importlib.util import find_spec
from pathlib import Path

from task_ledger.ops.settings import Settings


def seal_state(settings: Settings) -> Path | None:
    """The configured state; None if the extra `seal` is not installed."""
    if any(find_spec(package) is None for package in ("cryptography", "fsspec")):
        return None
    from task_ledger.sealer.location import LogLocation

    return LogLocation.of(settings).state
