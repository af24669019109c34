"""The base of all routes under /api/v1: authentication, and refusing undeclared parameters.

A parameter of a path that is written `{name:any_text}` takes every text, also with slashes and line
ends: `{name}` takes no slash, and `{name:path}` ends at a line end.
"""

from fastapi import APIRouter, Depends
from starlette.convertors import Convertor, register_url_convertor

from task_ledger.server.auth import require_identity
from task_ledger.server.parameters import declared_parameters
from task_ledger.server.problems import declared

PREFIX = "/api/v1"


class _AnyText(Convertor[str]):
    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("any_text", _AnyText())


def api_router(tag: str) -> APIRouter:
    """A router for full paths that require a token or session."""
    return APIRouter(
        prefix=PREFIX,
        tags=[tag],
        dependencies=[Depends(require_identity), Depends(declared_parameters)],
        responses=declared(400, 401, 500, 503),
    )
