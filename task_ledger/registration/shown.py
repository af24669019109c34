"""The private data of a registered task: its displayed name, metadata and entity."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final, cast

from pydantic import Field, JsonValue
from pydantic_core import to_json

from task_ledger.model.events import Entity, EventData, Name, make_data
from task_ledger.model.sanitize import sanitize_text
from task_ledger.model.transitions import EventType
from task_ledger.registration.options import EnqueueOptions
from task_ledger.registration.registration import entity_of

_LONGEST_NAME: Final = 300
_SCALARS: Final = frozenset({str, int, float, bool})
_LARGEST: Final = 2**63 - 1


class Shown(EventData):
    """The private fields of `Registered`, which a caller can pass for each task."""

    type: ClassVar[EventType] = EventType.REGISTERED
    holds_json: ClassVar[bool] = True

    name: Name
    metadata: dict[str, JsonValue] = Field(default_factory=dict)
    entity: Entity | None = None


def shown(task_name: str, options: EnqueueOptions, own: Mapping[str, Any]) -> tuple[str, str]:
    """The name of a task, and the text of its private data.

    Args:
        options: those of the call.
        own: those of the task, which come before them.

    Raises:
        InvalidEvent, TooLarge: as in `make_data`.
    """
    name = own.get("name") or task_name
    metadata = dict(own.get("metadata", options.metadata) or {})
    entity = own.get("entity", options.entity)
    if not entity and _is_flat(name, metadata):
        name = sanitize_text(name)
        plain = {
            sanitize_text(k): sanitize_text(v) if type(v) is str else v for k, v in metadata.items()
        }
        return name, to_json({"name": name, "metadata": plain}, inf_nan_mode="strings").decode()
    data = make_data(Shown, name=name, metadata=metadata, entity=entity_of(entity))
    return data.name, data.to_json()


def _is_flat(name: object, metadata: Mapping[Any, Any]) -> bool:
    """Whether these are valid as they are, so that no model has to validate them."""
    if type(name) is not str or not 0 < len(name) <= _LONGEST_NAME:
        return False
    for key, value in metadata.items():
        kind = type(cast("object", value))
        if type(key) is not str or kind not in _SCALARS:
            return False
        if kind is int and not -_LARGEST <= value <= _LARGEST:
            return False
    return True
