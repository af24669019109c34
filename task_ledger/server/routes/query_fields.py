"""The fields of the query language."""

from typing import Annotated, Final, Literal

from fastapi import Query

from task_ledger.eventlog.search.event_fields import EVENT_FIELDS
from task_ledger.eventlog.search.fields import TASK_FIELDS, Fields
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.query_fields import QueryFieldAnswer, QueryFieldsAnswer

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
