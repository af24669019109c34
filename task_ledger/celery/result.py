"""A task's return value as the result that is stored."""

import json
from typing import Any

from pydantic import BaseModel

from task_ledger.errors import BadResult
from task_ledger.events import MAX_DATA_BYTES, Completed
from task_ledger.storable import storable


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
    return Completed(result=json.loads(text))
