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

The complete description is the OpenAPI document of a running api, at `/api/v1/openapi.json`:
parameters, bodies, answers and errors of every route. In short:

{table(("route", "does", "parameters"), [_row(*route) for route in routes()])}
- JSON in and out; errors are problem documents (RFC 9457, `application/problem+json`).
- Every route but `/healthz` and `/readyz` needs a token, as `Authorization: Bearer …` or as the
  page's cookie. `task-ledger token create` makes one. What is outside its projects is 404.
  Every role reads; a route that needs a certain one says so. [Operate it](../how-to/operate.md)
  lists them.
- Unknown parameters are refused, and the answer names them.
- One token has at most 30 streams and 2 exports open in a process; a further one is 429 with
  `Retry-After`, as is 503 for a fifth export of all tokens. What
  the API says is `no-store`, unless an answer has an `ETag` or says itself how it may be kept.
- `GET /api/v1/tasks/{{task_id}}` is always fresh. Lists read the projection and say in `lag_s` how
  far it is behind; give a task's and version from an answer to `after` to wait for it.
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
