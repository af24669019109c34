"""The OpenAPI document, for authenticated callers."""

from typing import Any

from fastapi import APIRouter, Depends, Request

from task_ledger.server.addresses import root_path
from task_ledger.server.auth import require_identity
from task_ledger.server.parameters import declared_parameters

router = APIRouter(dependencies=[Depends(require_identity), Depends(declared_parameters)])


@router.get("/api/v1/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> dict[str, Any]:
    """The document; `servers` contains the prefix under which the server is mounted."""
    document: dict[str, Any] = request.app.openapi()
    root = root_path(request)
    return {**document, "servers": [{"url": root}]} if root else document
