"""The timeline of a project: its events in the order in which they became visible."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from psycopg import Connection

from task_ledger.errors import BadQuery
from task_ledger.eventlog.lag import Lag, read_lag
from task_ledger.eventlog.search.timeline_conditions import timeline_filter
from task_ledger.eventlog.timeline import LAST, Head, Page, read_page, timeline_head
from task_ledger.eventlog.timeline_filter import TimelineFilter, both
from task_ledger.model.transitions import EventType
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.page_bytes import first_of
from task_ledger.server.parameters import Epoch, Limit, Number, QueryText, Text, Time
from task_ledger.server.problems import bad_query, check_cursor, declared
from task_ledger.server.resources import Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.event import TimelineAnswer, timeline_event_answer

router = api_router("timeline")


@router.get("/projects/{project_id}/events", responses=declared(404, 409))
async def list_project_events(
    *,
    project_id: ProjectInReach,
    shared: Shared,
    type: Annotated[list[EventType], Query(description="Matches any of these.")] = [],  # noqa: B006
    task_type: Annotated[
        list[Text], Query(max_length=50, description="Matches any of these.")
    ] = [],  # noqa: B006
    task_id: Annotated[list[UUID], Query(max_length=50, description="Matches any of these.")] = [],  # noqa: B006
    actor: Annotated[list[Text], Query(max_length=50, description="Matches any of these.")] = [],  # noqa: B006
    since: Annotated[Time | None, Query(description="Recorded at this time or later.")] = None,
    until: Annotated[Time | None, Query(description="Recorded before this time.")] = None,
    q: Annotated[
        Text | None,
        Query(
            description="Text to find in the task's name or type, the actor, the step, the "
            "message or the error."
        ),
    ] = None,
    query: Annotated[
        QueryText | None,
        Query(
            description="The query language, as in `event:failed type:ocr.*`. See "
            "`GET /query-fields?of=events`."
        ),
    ] = None,
    order: Annotated[
        Literal["newest", "oldest"], Query(description="Which events come first.")
    ] = "newest",
    limit: Limit = 100,
    cursor: Annotated[
        Number | None,
        Query(description="A timeline number: continue after it, in the same order."),
    ] = None,
    epoch: Annotated[
        Epoch | None,
        Query(
            description="The `epoch` of the page that the cursor is from; 409 if it has changed."
        ),
    ] = None,
) -> TimelineAnswer:
    """A page of the timeline. To continue with live events, open the stream with `after` set to
    `head`.

    A page filtered by anything but `type`, `task_id`, `event:` or whole ids in `id:` examines at
    most 5,000 events. It may therefore be short or even empty and still have a `next`, which
    continues where it stopped. A page of large events ends after 1 MiB of their data.
    """
    wanted = TimelineFilter(
        frozenset(type), frozenset(task_type), frozenset(task_id), frozenset(actor), since, until, q
    )
    if query is not None:
        wanted = both(wanted, _parsed(query))
    newest = order == "newest"

    def question(connection: Connection[Any]) -> tuple[Head, Page, Lag]:
        head = timeline_head(connection, project_id)
        check_cursor(head, cursor, epoch)
        # Do not return entries after the head, or a stream from there would repeat them.
        before = min(head.seq + 1, cursor if newest and cursor is not None else LAST)
        after = cursor if not newest and cursor is not None else 0
        page = read_page(
            connection,
            project_id,
            wanted,
            after=after,
            before=before,
            limit=limit + 1,
            newest_first=newest,
        )
        return head, page, read_lag(connection)

    (head, page, lag), late_s = await shared.read_late(question)
    entries = first_of(page.entries, lambda entry: entry.event, limit=limit)
    full = len(page.entries) > len(entries)
    return TimelineAnswer(
        events=[timeline_event_answer(entry) for entry in entries],
        next=entries[-1].seq if full else page.looked_to,
        looked_to=None if full else page.looked_to,
        head=head.seq,
        epoch=head.epoch,
        lag_s=lag.oldest_s + late_s,
    )


def _parsed(query: str) -> TimelineFilter:
    try:
        return timeline_filter(query, datetime.now(UTC))
    except BadQuery as error:
        raise bad_query(error) from error
