"""Converts rows to the JSON that the history of changes keeps, and back."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import inspect

from takeoff.models import Base

Row = TypeVar("Row", bound=Base)

_AS_JSON: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


def as_json(row: Base) -> dict[str, Any]:
    """Return all columns of a row by name: ids and times as text."""
    names = inspect(type(row)).column_attrs.keys()
    return _AS_JSON.dump_python({name: getattr(row, name) for name in names}, mode="json")


def of_json(model: type[Row], stored: Any) -> Row:
    """Return a new row with the columns that :func:`as_json` kept, including the id.

    Raises:
        pydantic.ValidationError: the columns do not match the model.
    """
    columns = inspect(model).column_attrs
    values: dict[str, Any] = {}
    for name, value in stored.items():
        if name in columns:
            kind = columns[name].columns[0].type.python_type
            exact = value is None or kind in (dict, list)
            values[name] = value if exact else TypeAdapter(kind).validate_python(value)
    return model(**values)
