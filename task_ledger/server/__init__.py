"""The ledger's HTTP API and page, served alone or mounted in another application.

`task_ledger.server.app:serve` is the application factory of a process that serves nothing else.
Names that a host application imports are here; each is loaded on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from task_ledger.access import Identity, NotAuthenticated, Role
    from task_ledger.ops.settings import Settings
    from task_ledger.server.host_auth import Authenticate
    from task_ledger.server.mounting import ledger_app, ledger_lifespan

__all__ = [
    "Authenticate",
    "Identity",
    "NotAuthenticated",
    "Role",
    "Settings",
    "ledger_app",
    "ledger_lifespan",
]

PACKAGE: Final = __name__
"""The package in which `query` finds this package's SQL files."""

_MODULES: Final = {
    "Authenticate": "task_ledger.server.host_auth",
    "Identity": "task_ledger.access",
    "NotAuthenticated": "task_ledger.access",
    "Role": "task_ledger.access",
    "Settings": "task_ledger.ops.settings",
    "ledger_app": "task_ledger.server.mounting",
    "ledger_lifespan": "task_ledger.server.mounting",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value
