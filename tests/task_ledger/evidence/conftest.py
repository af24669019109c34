"""The sealed log of the sealer's tests."""

from tests.task_ledger.sealer.conftest import folder, log

__all__ = ["folder", "log"]
