"""Rules: what is notified to which channel."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from anyio import to_thread
from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from task_ledger.access import Identity
from task_ledger.eventlog.actor import current_actor
from task_ledger.notifier.errors import InvalidRule
from task_ledger.notifier.preview import Preview, preview_rule
from task_ledger.notifier.rules import (
    MAX_QUIET_S,
    Rule,
    Trigger,
    add_rule,
    change_rule,
    delete_rule,
    list_rules,
)
from task_ledger.server.auth import Caller, Operating
from task_ledger.server.authorization import project_in_reach
from task_ledger.server.parameters import Limit, Number, ProjectId, QueryText, Text
from task_ledger.server.problems import ProblemError, declared, not_found
from task_ledger.server.resources import Resources, Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.notification import (
    PreviewAnswer,
    RuleAnswer,
    RulesAnswer,
    rule_answer,
)
from task_ledger.server.task_pages import parsed_query

T = TypeVar("T")

router = api_router("notifications")

RuleId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Quiet = Annotated[float, Field(ge=0, le=MAX_QUIET_S)]
After = Annotated[float, Field(ge=1, le=MAX_QUIET_S)]


class AddRule(BaseModel):
    """What is to be notified, and to which channel."""

    model_config = ConfigDict(extra="forbid")

    channel: Text
    trigger: Trigger
    project_id: ProjectId | None = Field(
        default=None, description="Default: all projects; needs a token that reaches all of them."
    )
    query: QueryText = Field(default="", description="In the query language; empty for all tasks.")
    quiet_s: Quiet = Field(default=0.0, description="Seconds of quiet after a notification.")
    after_s: After = Field(default=300.0, description="With `queue.stuck`, the minimum wait.")


class ChangeRule(BaseModel):
    """Changes of a rule; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    channel: Text | None = None
    query: QueryText | None = None
    quiet_s: Quiet | None = None
    after_s: After | None = None
    paused: bool | None = Field(default=None, description="Pause or resume the rule.")


class PreviewRule(BaseModel):
    """A rule to preview."""

    model_config = ConfigDict(extra="forbid")

    project_id: ProjectId
    trigger: Trigger
    query: QueryText = ""


@router.get("/notification-rules", responses=declared(404))
async def list_notification_rules(
    identity: Caller,
    shared: Shared,
    project_id: Annotated[ProjectId | None, Query(description="Only of this project.")] = None,
    limit: Limit = 100,
    after: Annotated[Number, Query(description="`next` of the previous page.")] = 0,
) -> RulesAnswer:
    """The rules, by id. A token that is limited to some projects sees theirs, but not those of all
    projects."""
    if project_id is not None:
        await project_in_reach(project_id, identity, shared)
    reach = identity.projects if project_id is None else project_id
    found = await shared.read(
        lambda connection: list_rules(connection, reach, after=after, limit=limit + 1)
    )
    return RulesAnswer(
        rules=[rule_answer(each) for each in found[:limit]],
        next=found[limit - 1].id if len(found) > limit else None,
        server_time=datetime.now(UTC),
    )


@router.post("/notification-rules", responses=declared(403, 404, 408, 413, 422), status_code=201)
async def add_notification_rule(rule: AddRule, identity: Operating, shared: Shared) -> RuleAnswer:
    """Notify a channel of what happens from now on. Recorded in the access log. Needs the role
    operator or admin; a rule of all projects, or about queues or seals, also a token that reaches
    all projects."""
    await _check_reach(rule.project_id, identity, shared)
    parsed_query(rule.query)
    actor = current_actor()

    def add() -> Rule:
        with shared.reading() as connection:
            return add_rule(
                connection, rule.channel, rule.trigger, actor=actor, project_id=rule.project_id,
                text=rule.query, quiet_s=rule.quiet_s, after_s=rule.after_s,
            )  # fmt: skip

    return rule_answer(await _checked(add))


@router.post("/notification-rules/preview", responses=declared(403, 404, 408, 413, 422))
async def preview_notification_rule(
    rule: PreviewRule, identity: Operating, shared: Shared
) -> PreviewAnswer:
    """How often a rule would have notified of a project in the last 24 hours, without creating it.
    Reads at most 500 matching tasks, and at most 20,000 tasks that ended last; `since` tells how
    far back they go. Needs the role operator or admin."""
    await project_in_reach(rule.project_id, identity, shared)
    parsed_query(rule.query)

    def preview() -> Preview:
        with shared.reading() as connection:
            return preview_rule(connection, rule.project_id, rule.trigger, rule.query)

    found = await _checked(preview)
    return PreviewAnswer(matches=found.matches, since=found.since, complete=found.complete)


@router.patch("/notification-rules/{rule_id}", responses=declared(403, 404, 408, 413, 422))
async def change_notification_rule(
    rule_id: RuleId, change: ChangeRule, identity: Operating, shared: Shared
) -> RuleAnswer:
    """Change, pause or resume a rule, except one for the end of a single task. It applies to what
    is read from now on, a resumed one to what is recorded from now on. Recorded in the access log.
    Needs the role operator or admin; for a rule of all projects, also a token that reaches all of
    them."""
    parsed_query(change.query or "")
    actor = current_actor()

    def save() -> Rule | None:
        with shared.reading() as connection:
            return change_rule(
                connection, rule_id, actor=actor, reach=identity.projects, channel=change.channel,
                text=change.query, quiet_s=change.quiet_s, after_s=change.after_s,
                paused=change.paused,
            )  # fmt: skip

    return _found(await _checked(save))


@router.delete("/notification-rules/{rule_id}", responses=declared(403, 404))
async def delete_notification_rule(
    rule_id: RuleId, identity: Operating, shared: Shared
) -> RuleAnswer:
    """Delete a rule; its notifications are still sent. Recorded in the access log. Needs the role
    operator or admin; for a rule of all projects, also a token that reaches all of them."""
    actor = current_actor()

    def delete() -> Rule | None:
        with shared.reading() as connection:
            return delete_rule(connection, rule_id, actor=actor, reach=identity.projects)

    return _found(await to_thread.run_sync(delete))


async def _check_reach(project_id: str | None, identity: Identity, shared: Resources) -> None:
    if project_id is not None:
        await project_in_reach(project_id, identity, shared)
    elif identity.projects is not None:
        raise ProblemError(
            403,
            "projects",
            "A rule without a project needs a token that reaches all projects. Name a project.",
        )


async def _checked(change: Callable[[], T]) -> T:
    try:
        return await to_thread.run_sync(change)
    except InvalidRule as error:
        raise ProblemError(422, "invalid_rule", f"{error}.") from error


def _found(rule: Rule | None) -> RuleAnswer:
    if rule is None:
        raise not_found("rule")
    return rule_answer(rule)
