"""The fields of the query language, and values that tasks have."""

from typing import Annotated, Final, Literal

from fastapi import Query

from task_ledger.eventlog.search.event_fields import EVENT_FIELDS
from task_ledger.eventlog.search.fields import TASK_FIELDS, Fields
from task_ledger.eventlog.search.known_values import known_values
from task_ledger.server.authorization import ProjectInReach
from task_ledger.server.problems import declared
from task_ledger.server.resources import Shared
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.query_fields import (
    QueryFieldAnswer,
    QueryFieldsAnswer,
    QueryValuesAnswer,
)

_FIELDS: Final[dict[str, Fields]] = {fields.of: fields for fields in (TASK_FIELDS, EVENT_FIELDS)}

router = api_router("tasks")


@router.get("/query-fields")
async def list_query_fields(
    of: Annotated[
        Literal["tasks", "events"], Query(description="What is listed: tasks, or a timeline.")
    ] = "tasks",
) -> QueryFieldsAnswer:
    """The fields of the query language with their operators and values, for completion."""
    return QueryFieldsAnswer(
        fields=[
            QueryFieldAnswer(
                name=field.name,
                kind=field.kind,
                description=field.says,
                keyed=field.keyed,
                operators=[str(operator) for operator in field.operators],
                choices=list(field.choices),
            )
            for field in _FIELDS[of].by_name.values()
        ]
    )


@router.get("/projects/{project_id}/query-values", responses=declared(404))
async def list_query_values(project_id: ProjectInReach, shared: Shared) -> QueryValuesAnswer:
    """Values that the project's tasks have, for the completion of a query. Reads the projection."""
    return QueryValuesAnswer(
        values=await shared.read(lambda connection: known_values(connection, project_id))
    )
