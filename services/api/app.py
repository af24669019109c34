"""The takeoff backend's application: `uvicorn services.api.app:serve --factory`."""

from fastapi import FastAPI

from services.plugin import takeoff
from task_ledger.ops.settings import Settings
from task_ledger.server import app as server


def serve() -> FastAPI:
    """The application configured by the environment, for a process that serves nothing else.

    Raises:
        pydantic.ValidationError, MissingSetting: as `task_ledger.server.app.create_app`.
    """
    return server.serve((takeoff,))


def create_app(settings: Settings | None = None) -> FastAPI:
    """The ledger's server with the takeoff plug-in; see `task_ledger.server.app.create_app`."""
    return server.create_app(settings, plugins=(takeoff,))
