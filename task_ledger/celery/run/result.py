"""Converting a task's return value to the stored result."""

from __future__ import annotations

import base64
import json
from typing import Any, cast

import structlog
from celery import Task
from kombu.utils.json import JSONEncoder, loads
from pydantic import BaseModel

from task_ledger.errors import BadResult, FoldError
from task_ledger.model.events import MAX_DATA_BYTES, Completed, read_data
from task_ledger.model.sanitize import sanitize

log = structlog.get_logger(__name__)


class _Encoder(JSONEncoder):
    """Celery's encoder, except for bytes, whose text may contain characters that PostgreSQL cannot
    store."""

    def default(self, o: Any) -> Any:
        if isinstance(o, bytes):
            return {"__type__": "base64", "__value__": base64.b64encode(o).decode()}
        return cast("Any", super()).default(o)


def value_of(result: Any) -> Any:
    """The return value for a stored result.

    Dates, times, Decimal, UUID and bytes are restored; a pydantic model becomes a dict, a tuple a
    list.
    """
    text = json.dumps(result)
    if '"__type__"' not in text:
        return result
    try:
        return cast("Any", loads)(text)
    except (LookupError, TypeError, ValueError):
        # It only resembles an encoded value.
        return result


def completed_with(value: Any) -> Completed:
    """The `completed` event for a return value: JSON as Celery writes it, or a pydantic model.

    Dates, times, Decimal, UUID and bytes are stored in Celery's form, `{"__type__", "__value__"}`.

    Raises:
        BadResult: not JSON (NaN and infinities are not), or over 64 KiB.
    """
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    try:
        text = json.dumps(sanitize(value), cls=_Encoder, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise BadResult(
            f"the task's return value is not JSON ({error}): return a dict of plain values, or set"
            " ignore_result=True for the task if nobody reads its result"
        ) from error
    # Leaves room for the rest of the event.
    if len(text.encode()) > MAX_DATA_BYTES - 256:
        raise BadResult(
            f"the task returned {len(text.encode())} bytes of JSON, a result may have"
            f" {MAX_DATA_BYTES - 256}: store it and return a reference"
        )
    try:
        # Python can write JSON that readers of the log reject, such as too many levels of nesting.
        completed = Completed(result=json.loads(text))
        read_data(completed.type, completed.schema_version, completed.to_json())
    except (FoldError, ValueError, RecursionError) as error:
        raise BadResult("the task's return value is nested too deeply to be read back") from error
    return completed


def completed_by(task: Task[Any, Any], value: Any) -> Completed:
    """As `completed_with`, but without a result if the task ignores its result and returns no JSON.

    Raises:
        BadResult: as `completed_with`, unless the task is declared with `ignore_result=True`.
    """
    try:
        return completed_with(value)
    except BadResult as error:
        if not getattr(task, "result_unwanted", False):
            raise
        log.info("result_not_stored", error=type(error.__cause__ or error).__name__)
        return Completed(unstored=True)
