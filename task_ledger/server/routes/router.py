"""The base of all routes under /api/v1: authentication, and refusing undeclared parameters."""

from fastapi import APIRouter, Depends

from task_ledger.server.auth import require_identity
from task_ledger.server.parameters import declared_parameters
from task_ledger.server.problems import declared

PREFIX = "/api/v1"


def api_router(tag: str) -> APIRouter:
    """A router for full paths that require a token or session."""
    return APIRouter(
        prefix=PREFIX,
        tags=[tag],
        dependencies=[Depends(require_identity), Depends(declared_parameters)],
        responses=declared(400, 401, 500, 503),
    )
