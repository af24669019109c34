"""Mapping errors to problem documents."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final

import psycopg
import sqlalchemy.exc
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from task_ledger.access import NotAuthenticated
from task_ledger.errors import (
    FoldError,
    InvalidEvent,
    LedgerBusy,
    LedgerUnavailable,
    MonthRetired,
    RetiredTask,
    SchemaMismatch,
    UnknownTask,
)
from task_ledger.eventlog.database import translated
from task_ledger.ops.logs import location_of
from task_ledger.server.addresses import path_within
from task_ledger.server.document import document
from task_ledger.server.problems import ProblemError, problem_response

_log: Final = structlog.get_logger()

_AWAY: Final = ProblemError(
    503,
    "database_unavailable",
    "The database cannot be reached. Nothing is lost; try again in a few seconds.",
    {"Retry-After": "5"},
)
_MISMATCH: Final = ProblemError(
    503,
    "schema_mismatch",
    "The database's schema and this server are of releases that do not work together. `task-ledger"
    " doctor` says which one to upgrade.",
    {"Retry-After": "60"},
)
_INTERNAL: Final = ProblemError(
    500, "internal_error", "An internal error occurred and was logged. Try again later."
)
_UNREADABLE: Final = ProblemError(
    500,
    "unreadable_task",
    "An event of this task cannot be read: it was altered, or not written by the ledger's library. "
    "Its events and its verification remain available.",
)

Problems = Mapping[type[Exception], Callable[[Any], ProblemError]]
"""The problem for each error; a subclass takes precedence over its base."""

_CODES: Final = {
    401: "not_authenticated",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    408: "body_too_slow",
    413: "body_too_large",
}
_DETAILS: Final = {
    404: "There is nothing at this address.",
    405: "This address does not support this method; see the Allow header.",
    408: "The request body was received too slowly. Send it again over a faster connection.",
    413: "The request body is larger than this address accepts.",
}


def install(app: FastAPI, further: Iterable[Problems] = ()) -> None:
    """Answer all errors of `app` with a problem document, or with a page where pages are served.

    Args:
        further: problems for errors that are not the ledger's.
    """
    answer = _Answer({kind: made for problems in further for kind, made in problems.items()})
    app.add_middleware(LastResort, answer=answer)
    for kind in (
        *answer.further,
        ProblemError,
        HTTPException,
        RequestValidationError,
        NotAuthenticated,
        UnknownTask,
        LedgerBusy,
        LedgerUnavailable,
        SchemaMismatch,
        FoldError,
        InvalidEvent,
        psycopg.Error,
        sqlalchemy.exc.DBAPIError,
        sqlalchemy.exc.TimeoutError,
    ):
        app.add_exception_handler(kind, answer)


class LastResort:
    """ASGI middleware that logs and answers errors that nothing else has caught."""

    def __init__(
        self, app: ASGIApp, answer: Callable[[Request, Exception], Awaitable[Response]]
    ) -> None:
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on. If a response fails after it has begun, its connection is closed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = False

        async def noted(message: Message) -> None:
            nonlocal began
            began = began or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:  # noqa: BLE001 (the last resort: it is logged and answered)
            answer = await self._answer(Request(scope), error)
            if not began:
                await answer(scope, receive, send)


class _Answer:
    """The response to a request that ended with an error."""

    def __init__(self, further: Problems) -> None:
        self.further = further

    async def __call__(self, request: Request, error: Exception) -> Response:
        return _respond(request, error, self._problem(error))

    def _problem(self, error: Exception) -> ProblemError:
        for kind in type(error).__mro__:
            if kind in self.further:
                return self.further[kind](error)
        return problem_of(error)


def _respond(request: Request, error: Exception, problem: ProblemError) -> Response:
    if problem.status == 405:
        problem.headers = {"Allow": ", ".join(_methods(request))}
    if problem.status >= 500:
        # Not as exc_info, which a host's own logging might render with the values of variables.
        fields = location_of(error) if problem is _INTERNAL else {"error": type(error).__name__}
        _log.error("request_failed", code=problem.code, method=request.method, **fields)
    path = path_within(request)
    if path.startswith("/api/") or path in {"/healthz", "/readyz", "/metrics"}:
        return problem_response(problem)
    return document(request, problem)


def _methods(request: Request) -> list[str]:
    # The framework names the methods of one route only, even if the path has several routes.
    template = request.scope["route"].path
    return sorted(_methods_at(template, request.app.routes))


def _methods_at(template: str, routes: Iterable[Any]) -> set[str]:
    found: set[str] = set()
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            found |= _methods_at(template, inner.routes)
        elif getattr(route, "path", None) == template:
            found |= getattr(route, "methods", None) or set()
    return found


def problem_of(error: Exception) -> ProblemError:  # noqa: PLR0911, PLR0912 (one per kind)
    """The problem for `error`; an unknown error is a 500 without details."""
    match error:
        case ProblemError():
            return error
        case NotAuthenticated():
            return ProblemError(
                401, "not_authenticated", f"{error}.".capitalize(), {"WWW-Authenticate": "Bearer"}
            )
        case RetiredTask() | MonthRetired():
            return ProblemError(410, "retired", f"{str(error)[0].upper()}{str(error)[1:]}.")
        case UnknownTask():
            return ProblemError(404, "not_found", "No task has this id. Check the id.")
        case LedgerBusy():
            return ProblemError(
                503,
                "task_busy",
                "The task is being written by a long transaction. Try again.",
                {"Retry-After": "1"},
            )
        case LedgerUnavailable() | sqlalchemy.exc.TimeoutError():
            return _AWAY
        case SchemaMismatch():
            return _MISMATCH
        case FoldError():
            return _UNREADABLE
        case InvalidEvent():
            return ProblemError(422, "invalid_event", str(error))
        case RequestValidationError():
            return _of_validation(error)
        case HTTPException():
            return ProblemError(
                error.status_code,
                _CODES.get(error.status_code, "invalid_request"),
                _DETAILS.get(error.status_code, str(error.detail)),
                error.headers,
            )
        case psycopg.Error():
            return _of_database(error)
        case sqlalchemy.exc.DBAPIError() if isinstance(error.orig, psycopg.Error):
            return _of_database(error.orig)
        case _:
            return _INTERNAL


def _of_database(error: psycopg.Error) -> ProblemError:
    known = translated(error)
    if known is not None and isinstance(known, LedgerUnavailable | LedgerBusy | SchemaMismatch):
        return problem_of(known)
    if isinstance(error, psycopg.errors.DeadlockDetected):
        return ProblemError(
            503,
            "busy",
            "Something else was changing the same. Nothing was done. Try again.",
            {"Retry-After": "1"},
        )
    if isinstance(error, psycopg.DataError):
        return ProblemError(
            400,
            "invalid_request",
            "A value in the request cannot be used in a search. Check its format.",
        )
    return _INTERNAL


def _of_validation(error: RequestValidationError) -> ProblemError:
    faults = [
        {"location": ".".join(map(str, found["loc"])), "message": str(found["msg"])}
        for found in error.errors()
    ]
    in_body = any(fault["location"].startswith("body") for fault in faults)
    return ProblemError(
        422 if in_body else 400,
        "invalid_request",
        "; ".join(f"{fault['location']}: {fault['message']}" for fault in faults)[:2000],
        errors=faults,
    )
