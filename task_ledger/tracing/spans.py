"""Spans as the rooms of the ledger use them, whether or not traces are on."""

from collections.abc import Callable, Mapping, MutableMapping
from contextlib import AbstractContextManager, nullcontext
from enum import Enum
from typing import Any, Final, ParamSpec, TypeVar

from task_ledger.tracing.switch import recorder

P = ParamSpec("P")
R = TypeVar("R")

Attributes = Mapping[str, str | int | float | bool]

TRACEPARENT: Final = "traceparent"
TRACESTATE: Final = "tracestate"


class Kind(Enum):
    """The kinds of spans that the ledger has, named as in OpenTelemetry."""

    PRODUCER = "PRODUCER"
    CONSUMER = "CONSUMER"


class Span:
    """A span that records nothing: what everybody gets while traces are off."""

    @property
    def traceparent(self) -> str | None:
        """Its context as a W3C traceparent; None if there is none."""
        return None

    @property
    def records(self) -> bool:
        """Whether anybody will see what is set on it."""
        return False

    def used(self) -> AbstractContextManager[None]:
        """Make it the current span inside the block; errors that leave the block are not
        recorded."""
        return nullcontext()

    def inject(self, headers: MutableMapping[str, Any]) -> None:
        """Replace the trace context in a message's headers by this span's, if it has one."""

    def set(self, attributes: Attributes) -> None:
        """Set attributes."""

    def event(self, name: str, attributes: Attributes) -> None:
        """Add an event, at the current time."""

    def link(self, traceparent: str | None) -> None:
        """Link to another span; to none if it is None or not valid."""

    def fail(self, error_type: str) -> None:
        """Set the status to error, by the error's type alone."""

    def end(self) -> None:
        """End it; later calls have no effect."""


NO_SPAN: Final = Span()


def start_span(
    name: str,
    kind: Kind,
    attributes: Attributes,
    *,
    parent: Mapping[str, Any] | None = None,
    link: str | None = None,
) -> Span:
    """Start a span, which is not the current one before `used`.

    Args:
        name: with few distinct values.
        parent: a message's headers, whose trace is continued. Default: the current span.
        link: a traceparent to link to.

    Returns:
        `NO_SPAN` while traces are off.
    """
    on = recorder()
    return NO_SPAN if on is None else on.start(name, kind, attributes, parent=parent, link=link)


def inject_current(headers: MutableMapping[str, Any]) -> None:
    """Put the current span's context into a message's headers; nothing while traces are off."""
    on = recorder()
    if on is not None:
        on.inject_current(headers)


def in_current_span(function: Callable[P, R]) -> Callable[P, R]:
    """Wrap a function for another thread, so that the current span is current in it too."""
    on = recorder()
    return function if on is None else on.in_current_span(function)
