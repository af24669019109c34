"""Types of request parameters, and the check that refuses undeclared ones."""

import re
from collections.abc import Callable
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from task_ledger.eventlog.search.grammar import MAX_CHARACTERS
from task_ledger.server.problems import ProblemError

MAX_LIMIT: Final = 500

_KNOWN: Final[dict[Callable[..., Any], dict[str, bool]]] = {}
"""Results of `_declared`, by endpoint function."""

_WRITTEN: Final = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]")


def plain(text: str) -> str:
    """Refuse text that the database cannot store.

    Raises:
        ValueError: it has a NUL character, or cannot be encoded in UTF-8.
    """
    if "\0" in text:
        raise ValueError("must not contain a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("must be text that can be encoded in UTF-8") from None
    return text


def _written(text: Any) -> Any:
    if isinstance(text, str) and not _WRITTEN.match(text):
        raise ValueError("must be a date and time with a zone, such as 2026-11-24T09:30:00Z")
    return text


Text = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(plain)]
"""Text that the database can store, at most 300 characters."""

QueryText = Annotated[str, Field(max_length=MAX_CHARACTERS), AfterValidator(plain)]
"""Text of the query language, which may be empty."""

Comment = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(plain)]
"""A comment, at most 2,000 characters."""

ProjectId = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(plain)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
Number = Annotated[int, Field(ge=0, le=2**63 - 1)]
Epoch = Annotated[str, Field(pattern="^[0-9a-f]{8}$")]
Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT)]
Cursor = Annotated[str, Field(min_length=1, max_length=1200), AfterValidator(plain)]
NextText = Annotated[Cursor | None, Query(description="`next` of the previous page.")]
NextId = Annotated[UUID | None, Query(description="`next` of the previous page.")]
Time = Annotated[AwareDatetime, BeforeValidator(_written)]
"""A date and time with a UTC offset, whose `+` must be written %2B in a URL.

Plain numbers are refused: 20261124 would be read as seconds, a day in 1970.
"""


async def declared_parameters(request: Request) -> None:
    """Refuse query parameters that the route does not declare, and repeated ones that must be
    single.

    Raises:
        ProblemError: 400, naming them.
    """
    if not request.url.query:
        return
    known = _declared(request.scope["route"])
    given = [name for name, _ in request.query_params.multi_items()]
    faults = [
        {"location": f"query.{name}", "message": "is not a parameter of this address"}
        for name in dict.fromkeys(given)
        if name not in known
    ] + [
        {"location": f"query.{name}", "message": "is given more than once"}
        for name in dict.fromkeys(given)
        if known.get(name) is False and given.count(name) > 1
    ]
    if faults:
        raise ProblemError(
            400,
            "unknown_parameter",
            "; ".join(f"{fault['location']} {fault['message']}" for fault in faults)[:1000]
            + (f". Known parameters: {', '.join(sorted(known))}" if known else ". It takes none"),
            errors=faults[:20],
        )


def _declared(route: APIRoute) -> dict[str, bool]:
    """A route's query parameters, and whether each may be repeated."""
    known = _KNOWN.get(route.endpoint)
    if known is None:
        # For this route only: building the document for all routes takes a third of a second.
        document = get_openapi(title="", version="", routes=[route])
        known = {
            parameter["name"]: _is_array(parameter["schema"])
            for methods in document["paths"].values()
            for operation in methods.values()
            for parameter in operation.get("parameters", [])
            if parameter["in"] == "query"
        }
        _KNOWN[route.endpoint] = known
    return known


def _is_array(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "array" or any(
        _is_array(option) for option in schema.get("anyOf", [])
    )
