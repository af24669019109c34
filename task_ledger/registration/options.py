"""The options of `enqueue`, and of `step` for a single task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Required, TypedDict
from uuid import UUID

if TYPE_CHECKING:
    from celery import Signature

OPTION: Final = "ledger"
"""The signature option with the options passed to `task_ledger.step`."""


class CommonOptions(TypedDict, total=False):
    """Keyword arguments of all functions that enqueue."""

    metadata: Mapping[str, Any] | None
    task_type: str | None
    max_attempts: int | None
    expires_at: datetime | None


class SingleOptions(CommonOptions, total=False):
    """Keyword arguments of functions that enqueue one signature."""

    name: str | None
    task_id: UUID | None


class EveryTask(CommonOptions, total=False):
    """The keyword arguments of `enqueue_many`, for its overloads."""

    project_id: Required[str]
    entity: tuple[str, str] | None
    actor: str | None


class OneTask(EveryTask, SingleOptions, total=False):
    """The keyword arguments of `enqueue`, for its overloads."""


@dataclass(frozen=True, slots=True)
class EnqueueOptions:
    """Options of a registration; None if not given."""

    project_id: str
    actor: str | None = None
    name: str | None = None
    metadata: Mapping[str, Any] | None = None
    entity: tuple[str, str] | None = None
    task_type: str | None = None
    max_attempts: int | None = None
    expires_at: datetime | None = None
    after_failures: bool = False

    def of(self, signature: Signature[Any]) -> EnqueueOptions:
        """These options, overridden by those of the signature's `step`."""
        own: dict[str, Any] = dict(signature.options.get(OPTION) or {})
        if own.get("entity"):
            own["entity"] = tuple(own["entity"])
        return replace(self, **own)
