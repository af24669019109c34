"""Liveness and readiness of the API. Public; reveals no secrets."""

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from task_ledger.server.auth import Known
from task_ledger.server.parameters import declared_parameters
from task_ledger.server.problems import declared
from task_ledger.server.resources import Shared

router = APIRouter(tags=["health"], dependencies=[Depends(declared_parameters)])


class Alive(BaseModel):
    """The process answers."""

    status: str = "ok"


class Ready(BaseModel):
    """Whether the servers that the API needs can be reached, whether this release works with the
    database's schema, and how far the followers are behind.

    The numbers are null without a token or session.
    """

    ready: bool
    database: bool
    broker: bool
    schema_matches: bool | None = Field(
        description="Whether this release works with the database's schema; if not,"
        " `task-ledger doctor` says what to do. Null if the database cannot be reached."
    )
    lag_s: float | None = Field(
        description="Age in seconds of the oldest event that lists do not show yet."
    )
    lag_events: int | None = Field(description="Number of events that lists do not show yet.")
    quarantined: int | None = Field(description="Number of tasks that could not be folded.")
    undispatched: int | None = Field(
        description="Number of messages that are due but not published yet."
    )
    oldest_undispatched_s: float | None


@router.get("/healthz", responses=declared(400))
async def healthz() -> Alive:
    """The process is alive."""
    return Alive()


@router.get(
    "/readyz",
    responses={503: {"model": Ready, "description": "Not ready."}, **declared(400)},
)
async def readyz(shared: Shared, response: Response, known: Known) -> Ready:
    """Whether the database and the broker can be reached; the result is cached for one second. With
    a token, also how far the lists and the relay are behind."""
    state = await shared.readiness.state()
    if not state.ready:
        response.status_code = 503
        response.headers["Retry-After"] = "5"
    count, oldest_s = (state.undispatched if known else None) or (None, None)
    lag = state.lag if known else None
    return Ready(
        ready=state.ready,
        database=state.database,
        broker=state.broker,
        schema_matches=state.schema_matches,
        lag_s=lag.oldest_s if lag else None,
        lag_events=lag.events if lag else None,
        quarantined=lag.quarantined if lag else None,
        undispatched=count,
        oldest_undispatched_s=oldest_s,
    )
