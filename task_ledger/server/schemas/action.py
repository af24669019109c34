"""Actions on tasks in API requests and responses."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from task_ledger.eventlog.actions import MOST, Action, ActionKind, ActionTask
from task_ledger.model.transitions import Status
from task_ledger.server.parameters import Comment, QueryText
from task_ledger.server.schemas.task import TaskAnswer


class Because(BaseModel):
    """Why something is done."""

    model_config = ConfigDict(extra="forbid")

    reason: Comment | None = Field(
        default=None, description="Stored in the event; an erasure of the task removes it."
    )


class Say(BaseModel):
    """A comment."""

    model_config = ConfigDict(extra="forbid")

    message: Comment = Field(description="An erasure of the task removes it.")


class Draft(BaseModel):
    """What is to be done with which tasks."""

    model_config = ConfigDict(extra="forbid")

    kind: ActionKind = Field(
        description="`cancel` unended tasks, `rerun` failed or cancelled ones as new tasks, "
        "`retry` those in a countdown at once, or `comment` any."
    )
    terminate: bool = Field(
        default=False, description="With `cancel`: kill the processes of running attempts."
    )
    query: QueryText | None = Field(
        default=None, description="All tasks that this matches, in the query language."
    )
    task_ids: Annotated[list[UUID], Field(max_length=500)] = Field(
        default_factory=list[UUID], description="Only these tasks."
    )
    limit: Annotated[int, Field(ge=1, le=MOST)] = Field(
        default=1000, description="At most so many, the newest ones."
    )


class Start(BaseModel):
    """The text of each event."""

    model_config = ConfigDict(extra="forbid")

    reason: Comment | None = Field(
        default=None, description="The reason; with `comment`, the comment."
    )


class ActionTaskAnswer(BaseModel):
    """A task that nothing was done with, and why."""

    model_config = ConfigDict(from_attributes=True)

    task_id: UUID
    outcome: str
    detail: str | None


class ActionAnswer(BaseModel):
    """An action on tasks, and how far it is."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: ActionKind
    terminate: bool
    project_id: str | None = Field(description="Null if it is not for one project.")
    query: str | None
    actor: str
    drafted_at: datetime
    started_at: datetime | None = Field(description="Null for a draft, which does nothing.")
    stopped_at: datetime | None
    ended_at: datetime | None
    tasks: int
    done: int = Field(description="Number of tasks that were acted on.")
    outcomes: dict[str, int] = Field(
        description="Number of tasks by outcome: `done`, or why nothing was done."
    )


class DraftAnswer(ActionAnswer):
    """A drafted action: exactly these tasks are acted on when it is started, within an hour."""

    by_status: dict[Status, int]
    sample: list[TaskAnswer] = Field(description="The first tasks.")
    more: bool = Field(
        description="Whether further tasks match, or may: the limit or the bound of the search was "
        "reached."
    )


class ActionDetailAnswer(ActionAnswer):
    """One action, with the first tasks that nothing was done with."""

    refused: list[ActionTaskAnswer]


class ActionsAnswer(BaseModel):
    """Started actions, newest first."""

    actions: list[ActionAnswer]


class RerunAnswer(BaseModel):
    """The task was registered again, or will be by the projector."""

    task_id: UUID = Field(description="The new task.")
    rerun_of: UUID
    action_id: UUID
    outcome: str = Field(
        description="`done`; or `waiting` if no projector has done it within five seconds."
    )


class CommentAnswer(BaseModel):
    """The comment was stored as an event."""

    task_id: UUID
    version: int


def action_answer(action: Action) -> ActionAnswer:
    """An action as an API response."""
    return ActionAnswer.model_validate(action)


def detail_answer(action: Action, refused: list[ActionTask]) -> ActionDetailAnswer:
    """An action with what was refused."""
    values: dict[str, Any] = action_answer(action).model_dump()
    told = [ActionTaskAnswer.model_validate(each) for each in refused]
    return ActionDetailAnswer.model_validate(values | {"refused": told})
