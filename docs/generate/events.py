"""The page about what each type of event carries."""

from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from annotated_types import Ge, Le, MaxLen
from pydantic import BaseModel, JsonValue

from docs.generate.markdown import NOTICE, code, doc, table
from task_ledger.model.events import (
    MAX_DATA_BYTES,
    MODELS,
    Entity,
    ErrorData,
    EventData,
    Integer,
    Message,
    Name,
    PrivateFields,
)
from task_ledger.model.timestamps import Time

_WORDS = {
    bool: "true or false",
    int: "whole number",
    float: "number",
    str: "text",
    UUID: "UUID",
}


def page() -> str:
    """The text of docs/reference/events.md."""
    parts = "\n".join(_part(f"`{t}`", model, model.schema_version) for t, model in MODELS.items())
    inner = "\n".join(_part(model.__name__, model, None) for model in (Entity, ErrorData))
    return f"""{NOTICE}
# Events

The `data` of each event type, as defined in
[task_ledger/model/events.py](../../task_ledger/model/events.py). The other columns are those of
[an export](../digest.md#the-export). Absent fields are omitted from the stored JSON; unknown
fields are refused. Private fields are stored in a text of their own, which
[can be erased](../how-to/erase.md); of an error, its type is clear and the rest private.

Limits, each with an error that names it:

- The data of one event: {MAX_DATA_BYTES:,} bytes of JSON (`TooLarge`).
- A project's id and an actor: 1 to 200 bytes (`InvalidEvent`).
- Notes: 100 for each task (`TooManyNotes`).
- Text over a limit given below is truncated, with a note of how much is missing.
- NUL and lone surrogates, which PostgreSQL's JSON cannot store, are replaced.

{parts}
## Parts of events

{inner}"""


def _part(title: str, model: type[BaseModel], version: int | None) -> str:
    form = f" Schema version {version}." if version else ""
    return f"### {title}\n{doc(model)}{form}\n\n{_fields(model)}"


def _fields(model: type[BaseModel]) -> str:
    hints = get_type_hints(model, include_extras=True)
    private: PrivateFields = model.private if issubclass(model, EventData) else {}
    rows: list[tuple[str, ...]] = []
    for name, field in model.model_fields.items():
        limits = _limits(field.metadata)
        always = "always" if field.is_required() else "optional"
        whole = private.get(name, False)
        erased = "yes" if whole is True else "in part" if whole else ""
        row = (f"`{name}`", _words(hints[name]) + limits, always)
        rows.append((*row, erased) if private else row)
    head = ("field", "value", "given", *(["can be erased"] if private else []))
    return table(head, rows)


def _limits(metadata: list[Any]) -> str:
    least = next((m.ge for m in metadata if isinstance(m, Ge)), None)
    most = next((m.le for m in metadata if isinstance(m, Le)), None)
    longest = next((m.max_length for m in metadata if isinstance(m, MaxLen)), None)
    if longest is not None:
        return f", at most {longest:,}"
    if least is not None:
        return f", {least} or more" if most is None else f", {least} to {most}"
    return ""


def _words(hint: Any) -> str:  # noqa: PLR0911, PLR0912 (one return per kind of annotation)
    if hint == Name:
        return "text, 1 to 300 characters"
    if hint == Message:
        return "text, at most 2,000 characters"
    if hint == Integer:
        return "whole number of 64 bits"
    if hint == Time:
        return "time with a UTC offset, in the years 2000 to 8999"
    if hint is JsonValue:
        return "any JSON"
    if hint in _WORDS:
        return _WORDS[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _words(arguments[0])
    if origin in (Union, UnionType):
        return " or ".join(_words(a) for a in arguments if a is not NoneType)
    if origin is Literal:
        return f"one of {code(arguments)}"
    if origin is list:
        return f"list of {_words(arguments[0])}s"
    if origin is dict:
        return "JSON object"
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return f"one of {code(hint)}"
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    raise TypeError(f"no words for {hint}")
