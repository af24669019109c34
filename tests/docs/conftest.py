"""Logs and ledgers as the sealer's own tests have them."""

from tests.task_ledger.sealer.conftest import folder, ledger, log

__all__ = ["folder", "ledger", "log"]
