"""A served ledger, and a client of the protocol that starts `task-ledger mcp`."""

from tests.task_ledger.server.conftest import server
from tests.task_ledger.server.fixtures import ledger, owner, projector, token

__all__ = ["ledger", "owner", "projector", "server", "token"]
