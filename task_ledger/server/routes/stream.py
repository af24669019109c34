"""The timeline of a project, live, as server-sent events."""

import re
from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Final

import anyio
import structlog
from fastapi import Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException

from task_ledger import LedgerUnavailable
from task_ledger.access import NotAuthenticated
from task_ledger.eventlog.timeline import LAST, Entry, Head, read_timeline, timeline_head
from task_ledger.server.auth import Bearer, Caller, Cookie, identify
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.parameters import Epoch, Number
from task_ledger.server.problems import ProblemError, check_cursor, declared, not_found
from task_ledger.server.resources import Resources, Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.event import timeline_event_answer
from task_ledger.server.streaming.follow import AT_ONCE

CHECK_EVERY_S: Final = 15.0
"""Seconds between checks that a stream's token or session is still active. A check also follows
within a second after any token or session was ended, which the access log shows."""

_EVENT_ID: Final = re.compile(r"([0-9]+)(?:@([0-9a-f]{8}))?")

router = api_router("timeline")
_log: Final = structlog.get_logger()


async def _start(
    project_id: ProjectInReach,
    shared: Shared,
    after: Annotated[
        Number | None,
        Query(description="Start after this timeline number. Default: only new events."),
    ] = None,
    epoch: Annotated[
        Epoch | None,
        Query(description="The `epoch` that `after` is from; 409 if it has changed."),
    ] = None,
    last_event_id: Annotated[
        str | None,
        Header(
            max_length=29,
            description="An event's `id`: its timeline number, `@` and the epoch, which may be "
            "left out. Takes precedence over `after` and `epoch`.",
        ),
    ] = None,
) -> tuple[int, Head]:
    """The number after which the stream starts, and the timeline's head.

    Raises:
        ProblemError: 400, the number is invalid or beyond the end of the timeline; 409, it is from
            another epoch.
    """
    head = await shared.read(lambda connection: timeline_head(connection, project_id))
    if last_event_id:
        parts = _EVENT_ID.fullmatch(last_event_id)
        if parts is None:
            raise ProblemError(
                400, "invalid_request", "Last-Event-ID must be an event's id, such as 451@9f3c21aa."
            )
        after, epoch = int(parts[1]), parts[2]
    check_cursor(head, after, epoch)
    return (head.seq if after is None else after), head


async def _slot(identity: Caller, shared: Shared) -> AsyncIterator[None]:
    """One of the token's stream slots, until the response has ended."""
    with shared.streams.taken(identity.name):
        yield


@router.get(
    "/projects/{project_id}/events/stream",
    response_class=EventSourceResponse,
    responses=declared(404, 409, 429),
    dependencies=[Depends(_slot)],
)
async def stream_project_events(
    *,
    request: Request,
    project_id: ProjectInReach,
    shared: Shared,
    start: Annotated[tuple[int, Head], Depends(_start)],
    bearer: Bearer,
    cookie: Cookie,
) -> AsyncIterator[ServerSentEvent]:
    """The project's events as they become visible, as server-sent events. An event's `id` is its
    timeline number and the database's epoch.

    An idle stream sends a comment every 15 s. The stream ends when the server stops, or within two
    seconds after the token or session was ended or the epoch has changed. To resume, send
    Last-Event-ID.
    """
    seen, head = start
    checked = anyio.current_time()
    try:
        with shared.follow.subscribed(project_id, head) as subscription:
            async for entry in _missed(shared, project_id, seen, LAST):
                seen = entry.seq
                yield _sent(entry, head.epoch)
            while not subscription.stopped:
                for entry in await subscription.take(CHECK_EVERY_S):
                    if entry.seq > seen + 1:
                        async for missed in _missed(shared, project_id, seen, entry.seq):
                            seen = missed.seq
                            yield _sent(missed, head.epoch)
                    if entry.seq > seen:
                        seen = entry.seq
                        yield _sent(entry, head.epoch)
                if subscription.recheck or anyio.current_time() - checked > CHECK_EVERY_S:
                    subscription.recheck = False
                    identity = await identify(request, shared, bearer, cookie)
                    if not identity.reaches(project_id):
                        raise not_found("project")
                    checked = anyio.current_time()
    except (NotAuthenticated, HTTPException, ProblemError, LedgerUnavailable) as error:
        # The response has started, so it can only be ended; the client reconnects.
        _log.info("stream_ended", reason=type(error).__name__)


async def _missed(
    shared: Resources, project_id: str, after: int, before: int
) -> AsyncIterator[Entry]:
    """The entries between two numbers, read in chunks as fast as the client reads them."""
    while True:
        entries = await shared.read(
            partial(read_timeline, project_id=project_id, after=after, before=before, limit=AT_ONCE)
        )
        for entry in entries:
            yield entry
        if len(entries) < AT_ONCE:
            return
        after = entries[-1].seq


def _sent(entry: Entry, epoch: str) -> ServerSentEvent:
    return ServerSentEvent(
        id=f"{entry.seq}@{epoch}", raw_data=timeline_event_answer(entry).model_dump_json()
    )
