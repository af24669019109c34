"""Spans that are recorded, by the API of OpenTelemetry. Imported only if traces are on."""

from collections.abc import Callable, Generator, Mapping, MutableMapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

from opentelemetry import context, trace
from opentelemetry.trace import Link, SpanKind, StatusCode
from opentelemetry.trace import Span as RecordedSpan
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from task_ledger.tracing.exporting import flush_provider, provider
from task_ledger.tracing.spans import TRACEPARENT, TRACESTATE, Attributes, Kind, Span

P = ParamSpec("P")
R = TypeVar("R")

_PROPAGATOR: Final = TraceContextTextMapPropagator()
_KINDS: Final = {Kind.PRODUCER: SpanKind.PRODUCER, Kind.CONSUMER: SpanKind.CONSUMER}
_TRACER: Final = "task_ledger"


class Recorder:
    """Starts spans with the application's tracer provider, or with the ledger's own; see
    `task_ledger.tracing.exporting`."""

    def start(
        self,
        name: str,
        kind: Kind,
        attributes: Attributes,
        *,
        parent: Mapping[str, Any] | None,
        link: str | None,
    ) -> Span:
        """Start a span; see `task_ledger.tracing.spans.start_span`."""
        above = None if parent is None else _context_in(parent)
        linked = None if link is None else _span_context({TRACEPARENT: link})
        span = (
            provider()
            .get_tracer(_TRACER)
            .start_span(
                name,
                above,
                _KINDS[kind],
                attributes,
                links=[Link(linked)] if linked is not None else None,
                record_exception=False,
                set_status_on_exception=False,
            )
        )
        return _Recorded(span)

    def inject_current(self, headers: MutableMapping[str, Any]) -> None:
        """See `task_ledger.tracing.spans.inject_current`."""
        _inject(_carrier(context.get_current()), headers)

    def in_current_span(self, function: Callable[P, R]) -> Callable[P, R]:
        """See `task_ledger.tracing.spans.in_current_span`."""
        current = context.get_current()

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            token = context.attach(current)
            try:
                return function(*args, **kwargs)
            finally:
                context.detach(token)

        return call

    def flush(self, timeout_s: float) -> None:
        """Export the spans that have ended; returns after `timeout_s` seconds at the latest."""
        flush_provider(timeout_s)


class _Recorded(Span):
    def __init__(self, span: RecordedSpan) -> None:
        self._span = span
        self._carrier = _carrier(trace.set_span_in_context(span))

    @property
    def traceparent(self) -> str | None:
        return self._carrier.get(TRACEPARENT)

    @property
    def records(self) -> bool:
        return self._span.is_recording()

    @contextmanager
    def used(self) -> Generator[None]:
        # Not by `use_span`, which may record an exception with its message and traceback.
        token = context.attach(trace.set_span_in_context(self._span))
        try:
            yield
        finally:
            context.detach(token)

    def inject(self, headers: MutableMapping[str, Any]) -> None:
        _inject(self._carrier, headers)

    def set(self, attributes: Attributes) -> None:
        self._span.set_attributes(attributes)

    def event(self, name: str, attributes: Attributes) -> None:
        self._span.add_event(name, attributes)

    def link(self, traceparent: str | None) -> None:
        linked = _span_context({TRACEPARENT: traceparent})
        if linked is not None:
            self._span.add_link(linked)

    def fail(self, error_type: str) -> None:
        self._span.set_attribute("error.type", error_type)
        self._span.set_status(StatusCode.ERROR)

    def end(self) -> None:
        if self._span.is_recording():
            self._span.end()


def _carrier(of: context.Context) -> dict[str, str]:
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier, of)
    return carrier


def _inject(carrier: Mapping[str, str], headers: MutableMapping[str, Any]) -> None:
    if carrier:
        headers.pop(TRACESTATE, None)
        headers.update(carrier)


def _context_in(headers: Mapping[str, Any]) -> context.Context:
    texts = {
        name: value
        for name in (TRACEPARENT, TRACESTATE)
        if isinstance(value := headers.get(name), str)
    }
    # From an empty context, so that nothing else in this process becomes the parent.
    return _PROPAGATOR.extract(texts, context.Context())


def _span_context(headers: Mapping[str, Any]) -> trace.SpanContext | None:
    found = trace.get_current_span(_context_in(headers)).get_span_context()
    return found if found.is_valid else None
