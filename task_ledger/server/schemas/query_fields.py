"""Answers about the query language."""

from pydantic import BaseModel, Field

from task_ledger.eventlog.search.fields import Kind


class QueryFieldAnswer(BaseModel):
    """One field of the query language."""

    name: str = Field(description="Written before the colon.")
    kind: Kind = Field(description="What its values are.")
    description: str
    keyed: bool = Field(description="It takes a key: `meta.customer`.")
    operators: list[str] = Field(description="What may follow the colon; empty text for `is`.")
    choices: list[str] = Field(description="Its values, where there is a fixed set of them.")


class QueryFieldsAnswer(BaseModel):
    """Every field of the query language."""

    fields: list[QueryFieldAnswer]
