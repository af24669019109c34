"""The fields of the query language."""

from task_ledger.eventlog.search.fields import FIELDS
from task_ledger.server.routes.router import api_router
from task_ledger.server.schemas.query_fields import QueryFieldAnswer, QueryFieldsAnswer

router = api_router("tasks")


@router.get("/query-fields")
async def list_query_fields() -> QueryFieldsAnswer:
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
            for field in FIELDS.values()
        ]
    )
