"""The query language in API responses."""

from pydantic import BaseModel, Field

from task_ledger.eventlog.search.fields import Kind


class QueryFieldAnswer(BaseModel):
    """One field of the query language."""

    name: str = Field(description="Written before the colon.")
    kind: Kind = Field(description="Description of its values.")
    description: str
    keyed: bool = Field(description="True if it takes a key: `meta.customer`.")
    operators: list[str] = Field(
        description="The operators that may follow the colon; the empty text is `is`."
    )
    choices: list[str] = Field(description="Its values, if they are a fixed set.")


class QueryFieldsAnswer(BaseModel):
    """Every field of the query language."""

    fields: list[QueryFieldAnswer]


class QueryValuesAnswer(BaseModel):
    """Values that a project's tasks have, for completion."""

    values: dict[str, list[str]] = Field(
        description="By field: every `type`, and `queue`, `worker` and `actor` of the newest 1,000 "
        "tasks; at most 100 of each."
    )
