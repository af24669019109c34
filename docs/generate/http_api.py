"""The page about the HTTP API."""

from typing import Any

from docs.generate.markdown import NOTICE, flat, table
from services.api.app import create_app
from task_ledger.ops.settings import Settings

_METHODS = ("get", "post", "put", "patch", "delete")


def page() -> str:
    """The text of docs/reference/http-api.md."""
    return f"""{NOTICE}
# HTTP API

A running api serves the complete OpenAPI document at `/api/v1/openapi.json`: parameters, bodies,
responses and errors of every route. In short:

{table(("route", "does", "parameters"), [_row(*route) for route in routes()])}
- Bodies are JSON; errors are problem documents (RFC 9457, `application/problem+json`).
- Every route except `/healthz` and `/readyz` needs a token, as `Authorization: Bearer …` or as the
  page's cookie. `task-ledger token create` creates one. Anything outside its projects is a 404.
  Every role may read; routes that need a certain role say so
  ([roles](../how-to/maintain.md#tokens-and-their-roles)).
- Unknown parameters are refused, and the response names them.
- Each process allows one token 30 streams and 2 exports at a time, and answers 429 with
  `Retry-After` beyond that. It allows 4 exports in total, and answers 503 with `Retry-After` to a
  fifth. Responses are `no-store` unless they have an `ETag` or their own caching header.
- `GET /api/v1/tasks/{{task_id}}` is always fresh. Lists read the projection, and `lag_s` says how
  far it is behind. To wait for a task's version, pass the task and version of a response as
  `after`.
"""


def routes() -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of every route in the OpenAPI document."""
    addresses = {"database_url": "postgresql://login@host/name", "broker_url": "redis://host"}
    described = create_app(Settings.model_validate(addresses)).openapi()
    return [
        (method, path, operation)
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if method in _METHODS
    ]


def _row(method: str, path: str, operation: dict[str, Any]) -> tuple[str, str, str]:
    about = flat((operation.get("description") or operation.get("summary") or "").split("\n\n")[0])
    names = [
        f"`{each['name']}`"
        for each in operation.get("parameters", [])
        if each["in"] in ("query", "header") and each["name"].lower() != "authorization"
    ]
    return f"`{method.upper()} {path}`", about, " ".join(names)
