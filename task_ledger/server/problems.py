"""RFC 9457 problem details: what is wrong, where, and what to do."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from task_ledger.errors import BadQuery
from task_ledger.eventlog.timeline import Head

PROBLEM_JSON: Final = "application/problem+json"

TITLES: Final[Mapping[int, str]] = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Conflict",
    410: "Gone",
    413: "Too large",
    415: "Unsupported media type",
    422: "Not usable",
    429: "Too many requests",
    500: "Internal error",
    503: "Not available",
}


class Fault(BaseModel):
    """One invalid value in a request."""

    location: str = Field(
        description="The location of the value, such as `query.limit`, "
        "`path.task_id` or `body.name`."
    )
    message: str = Field(description="What is wrong.")


class Problem(BaseModel):
    """Why a request failed (RFC 9457)."""

    type: str = Field(description="A URI for the kind of problem: `urn:task-ledger:<code>`.")
    title: str = Field(description="What the HTTP status means.")
    status: int = Field(description="The HTTP status.")
    code: str = Field(description="A stable code for the kind of problem, for programs.")
    detail: str = Field(description="What is wrong and what to do, for people.")
    errors: list[Fault] | None = Field(
        default=None, description="With `invalid_request`: all invalid values."
    )
    position: int | None = Field(
        default=None, description="With `bad_query`: where in the query, in characters from 0."
    )
    task_status: str | None = Field(
        default=None, description="With `task_ended`: the status that the task ended with."
    )
    version: int | None = Field(
        default=None, description="With `task_ended`: the task's last version."
    )
    epoch: str | None = Field(
        default=None, description="With `epoch_changed`: the database's current epoch."
    )


class ProblemError(Exception):
    """Ends a request with a problem.

    Attributes:
        status: the HTTP status.
        code: a stable code for the kind of problem.
        detail: text for people, without secrets.
        headers: sent with the response.
        more: further members of the problem.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers
        self.more = more


def problem_response(error: ProblemError) -> JSONResponse:
    """The problem as a response."""
    problem = Problem(
        type=f"urn:task-ledger:{error.code}",
        title=TITLES.get(error.status, "Error"),
        status=error.status,
        code=error.code,
        detail=error.detail,
        **error.more,
    )
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=error.status,
        headers=dict(error.headers or {}),
        media_type=PROBLEM_JSON,
    )


def bad_query(error: BadQuery) -> ProblemError:
    """A text of the query language is refused: what to write, and where."""
    return ProblemError(
        400,
        "bad_query",
        f"{error}.",
        errors=[{"location": "query.query", "message": str(error)}],
        position=error.position,
    )


def not_found(thing: str) -> ProblemError:
    """404: it does not exist, or the caller may not see it; the two look alike."""
    return ProblemError(404, "not_found", f"There is no such {thing}. Check the id.")


def check_cursor(head: Head, number: int | None, epoch: str | None) -> None:
    """Refuse a timeline number that cannot be continued from.

    Args:
        head: where the timeline ends.
        number: the number after or before which to continue, if any.
        epoch: the epoch in which the number was read, if it is known.

    Raises:
        ProblemError: 409, the number was read in another epoch; 400, it is beyond the end.
    """
    if epoch is not None and epoch != head.epoch:
        raise ProblemError(
            409,
            "epoch_changed",
            f"The database was restored, moved or failed over after epoch {epoch}, so the number "
            "may be another event's. Read the timeline again without a cursor.",
            epoch=head.epoch,
        )
    if number is not None and number > head.seq:
        raise ProblemError(
            400,
            "beyond_the_end",
            f"The timeline ends with number {head.seq}; it cannot continue after {number}.",
        )


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """A route's `responses=` for these statuses, for the OpenAPI document."""
    return {
        status: {
            "description": TITLES[status],
            "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }
