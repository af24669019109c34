"""Completes FastAPI's OpenAPI document with the problem documents actually returned."""

from collections.abc import Callable
from typing import Any, cast

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from task_ledger.server.problems import Problem


def complete(app: FastAPI, *, secured: bool = True) -> Callable[[], dict[str, Any]]:
    """A replacement for `app.openapi`, which builds the document once.

    Args:
        secured: describe how tokens and sessions are sent; False if a host authenticates requests.
    """

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, secured)
        return app.openapi_schema

    return document


def _document(app: FastAPI, secured: bool) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    schemas = document["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {"Problem": problem}
    for path in document["paths"].values():
        for operation in path.values():
            _replace_validation_error(operation["responses"])
            if not secured:
                operation.pop("security", None)
    if not secured:
        document["components"].pop("securitySchemes", None)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return document


def _replace_validation_error(responses: dict[str, Any]) -> None:
    # FastAPI declares its own 422 for every parameter; ours are 400 for parameters and 422 for
    # bodies.
    content = cast("dict[str, Any]", responses.get("422", {}).get("content", {}))
    if "application/json" in content:
        del responses["422"]
