"""A task's return value as the result that is stored."""

import json
from typing import Any

from pydantic import BaseModel

from task_ledger.errors import BadResult, FoldError
from task_ledger.model.events import MAX_DATA_BYTES, Completed, read_data
from task_ledger.model.sanitize import storable


def completed_with(value: Any) -> Completed:
    """The `completed` event for a return value: JSON, or a pydantic model.

    Raises:
        BadResult: not JSON (NaN and infinities are not), or over 64 KiB.
    """
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    try:
        text = json.dumps(storable(value), allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise BadResult(
            f"the task returned what is not JSON ({error}): return a dict of plain values"
        ) from error
    # Room for the event around it.
    if len(text.encode()) > MAX_DATA_BYTES - 256:
        raise BadResult(
            f"the task returned {len(text.encode())} bytes of JSON, a result may have"
            f" {MAX_DATA_BYTES - 256}: store it and return a reference"
        )
    try:
        # Python writes what no reader of the log takes: too many levels of nesting.
        completed = Completed(result=json.loads(text))
        read_data(completed.type, completed.schema_version, completed.to_json())
    except (FoldError, ValueError, RecursionError) as error:
        raise BadResult(
            "the task returned more levels of nesting than can be read again"
        ) from error
    return completed
