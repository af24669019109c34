"""The span of one call of `enqueue` or `enqueue_many`, whose context all its messages carry."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from task_ledger.registration.run_context import current_run
from task_ledger.tracing.attributes import (
    BATCH_COUNT,
    DESTINATION,
    MESSAGE_ID,
    PARENT,
    PROJECT,
    TASK_TYPE,
    operation,
)
from task_ledger.tracing.spans import Kind, start_span
from task_ledger.tracing.switch import recorder

if TYPE_CHECKING:
    from task_ledger.registration.caller import CallerTransaction
    from task_ledger.registration.registration import Registration

R = TypeVar("R")


def start_enqueue_span(name: str, project_id: str) -> EnqueueSpan | None:
    """Start the span of a call; None while traces are off."""
    return None if recorder() is None else EnqueueSpan(name, project_id)


class EnqueueSpan:
    """Starts at the call, as a child of the caller's current span; ends when the tasks are stored.

    Args:
        name: of the span.
        project_id: that of all tasks.
    """

    def __init__(self, name: str, project_id: str) -> None:
        attributes: dict[str, Any] = {**operation("enqueue", "send"), PROJECT: str(project_id)}
        run = current_run()
        if run is not None and run.task_id is not None:
            attributes[PARENT] = str(run.task_id)
        self._span = start_span(name, Kind.PRODUCER, attributes)

    @contextmanager
    def current(self) -> Generator[None]:
        """Make it the current span while messages are built. An error ends it."""
        try:
            with self._span.used():
                yield
        except BaseException as error:
            self._span.fail(type(error).__name__)
            self._span.end()
            raise

    def around(self, store: Callable[[CallerTransaction], R]) -> Callable[[CallerTransaction], R]:
        """Wrap the function that stores the tasks; the span ends with it."""

        def stored(caller: CallerTransaction) -> R:
            with self.current():
                result = store(caller)
            self._span.end()
            return result

        return stored

    def count(self, tasks: int) -> None:
        """Say how many tasks were registered."""
        self._span.set({BATCH_COUNT: tasks})

    def describe(self, registrations: Sequence[Registration]) -> None:
        """Say which task was registered, or how many."""
        if len(registrations) > 1:
            self.count(len(registrations))
        elif self._span.records:
            (registration,) = registrations
            data: dict[str, Any] = json.loads(registration.parameters["data"])
            self._span.set(
                {
                    MESSAGE_ID: str(registration.task_id),
                    TASK_TYPE: registration.task_type,
                    DESTINATION: data.get("queue") or "",
                }
            )
