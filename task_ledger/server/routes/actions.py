"""Actions on many tasks: a preview, then their start, their progress and their stop."""

from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import Body

from task_ledger.access import Identity
from task_ledger.eventlog.actions import (
    Action,
    draft_action,
    read_action,
    read_action_tasks,
    read_actions,
    start_action,
    stop_action,
)
from task_ledger.eventlog.actor import current_actor
from task_ledger.eventlog.selecting import Selected, select_tasks
from task_ledger.eventlog.task_filter import TaskFilter, both
from task_ledger.eventlog.task_reach import Reach
from task_ledger.server.auth import Caller, Operating
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.parameters import Limit
from task_ledger.server.problems import ProblemError, declared, not_found
from task_ledger.server.resources import Resources, Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.action import (
    ActionDetailAnswer,
    ActionsAnswer,
    Draft,
    DraftAnswer,
    Start,
    action_answer,
    detail_answer,
)
from task_ledger.server.schemas.task import task_answer
from task_ledger.server.task_pages import parsed_query

router = api_router("actions")

SHOWN = 20
"""Refused tasks that are returned with an action."""


@router.post(
    "/projects/{project_id}/actions", status_code=201, responses=declared(403, 404, 409, 413, 422)
)
async def draft_project_action(
    project_id: ProjectInReach, draft: Draft, _: Operating, shared: Shared
) -> DraftAnswer:
    """Draft an action on tasks of a project: which tasks it is for, without doing anything. Only
    tasks that the action can be done with are selected. A draft that is not started is forgotten
    after an hour. Needs the role operator or admin."""
    return await _draft(shared, project_id, project_id, draft)


@router.post("/actions", status_code=201, responses=declared(403, 409, 413, 422))
async def draft_any_action(
    draft: Draft, identity: Caller, _: Operating, shared: Shared
) -> DraftAnswer:
    """Draft an action on tasks of all projects that the caller may see; otherwise as for one
    project. Needs the role operator or admin."""
    return await _draft(shared, identity.projects, None, draft)


async def _draft(
    shared: Resources, reach: Reach, project_id: str | None, draft: Draft
) -> DraftAnswer:
    if draft.query is None and not draft.task_ids:
        raise ProblemError(422, "invalid_request", "Give a query or the ids of tasks.")
    if draft.terminate and draft.kind != "cancel":
        raise ProblemError(422, "invalid_request", "Only a cancel can terminate.")
    wanted = TaskFilter(task_ids=frozenset(draft.task_ids))
    if draft.query is not None:
        wanted = both(wanted, parsed_query(draft.query))
    actor = current_actor()

    def store() -> tuple[Selected, Action | None]:
        with shared.reading() as connection:
            found = select_tasks(connection, reach, wanted, draft.kind, limit=draft.limit)
            if not found.task_ids:
                return found, None
            action_id = draft_action(
                connection,
                draft.kind,
                found.task_ids,
                actor=actor,
                project_id=project_id,
                selected_by=draft.query,
                terminate=draft.terminate,
            )
            return found, read_action(connection, action_id)

    found, action = await to_thread.run_sync(store)
    if action is None:
        raise ProblemError(
            409,
            "nothing_to_do",
            "No matching task allows this action"
            + (", as far as was searched." if found.more else "."),
        )
    return DraftAnswer.model_validate(
        action_answer(action).model_dump()
        | {
            "by_status": found.by_status,
            "sample": [task_answer(task) for task in found.sample],
            "more": found.more,
        }
    )


@router.get("/actions")
async def list_actions(identity: Caller, shared: Shared, limit: Limit = 50) -> ActionsAnswer:
    """The newest started actions: those in projects that the caller may see, and the caller's. An
    action is forgotten 30 days after its end."""
    projects = None if identity.projects is None else sorted(identity.projects)
    found = await shared.read(
        lambda connection: read_actions(connection, projects, identity.name, limit=limit)
    )
    return ActionsAnswer(actions=[action_answer(action) for action in found])


@router.get("/actions/{action_id}", responses=declared(404))
async def get_action(action_id: UUID, identity: Caller, shared: Shared) -> ActionDetailAnswer:
    """One action: how far it is, and the first tasks that nothing was done with, and why."""
    return await _detail(shared, action_id, identity)


@router.post("/actions/{action_id}/start", status_code=202, responses=declared(403, 404, 409, 422))
async def start_drafted_action(
    action_id: UUID,
    identity: Caller,
    _: Operating,
    shared: Shared,
    start: Annotated[Start | None, Body()] = None,
) -> ActionDetailAnswer:
    """Start an action that the caller has drafted. The projector acts on its tasks one by one, at
    most 100 a second, on each at most once, also when nobody watches. Needs the role operator or
    admin."""
    action = await _in_reach(shared, action_id, identity)
    if action.actor != current_actor():
        raise not_found("draft of yours")
    reason = start.reason if start else None
    if action.kind == "comment" and reason is None:
        raise ProblemError(422, "invalid_request", "A comment needs a text: give it as reason.")

    def begin() -> bool:
        with shared.reading() as connection:
            return start_action(connection, action_id, actor=action.actor, reason=reason)

    if not await to_thread.run_sync(begin):
        raise ProblemError(409, "started_before", "The action was started before.")
    return await _detail(shared, action_id, identity)


@router.post("/actions/{action_id}/stop", status_code=202, responses=declared(403, 404, 409))
async def stop_started_action(
    action_id: UUID, identity: Caller, _: Operating, shared: Shared
) -> ActionDetailAnswer:
    """Stop an action: nothing is done with the tasks that are left. What was done stays. Needs the
    role operator or admin."""
    await _in_reach(shared, action_id, identity)

    def stop() -> bool:
        with shared.reading() as connection:
            return stop_action(connection, action_id)

    if not await to_thread.run_sync(stop):
        raise ProblemError(409, "not_running", "The action is not being done: it has ended.")
    return await _detail(shared, action_id, identity)


async def _in_reach(shared: Resources, action_id: UUID, identity: Identity) -> Action:
    action = await shared.read(lambda connection: read_action(connection, action_id))
    if action is None or not _may_see(action, identity):
        raise not_found("action")
    return action


def _may_see(action: Action, identity: Identity) -> bool:
    if action.project_id is None:
        return identity.projects is None or action.actor == identity.name
    return identity.reaches(action.project_id)


async def _detail(shared: Resources, action_id: UUID, identity: Identity) -> ActionDetailAnswer:
    action = await _in_reach(shared, action_id, identity)
    refused = await shared.read(
        lambda connection: read_action_tasks(connection, action_id, limit=SHOWN, refused=True)
    )
    return detail_answer(action, refused)
