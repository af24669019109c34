"""The ledger's HTTP API and page. `task_ledger.server.app:serve` is the application factory."""

from typing import Final

PACKAGE: Final = __name__
"""Where `query` finds this package's SQL files."""
