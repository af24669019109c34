"""Where spans go: to the application's tracer provider, or to the ledger's own.

An application that has set a tracer provider decides alone on sampling, resource and exporters. In
a process without one, such as the projector, the ledger's spans go to a provider of its own, which
is created when the first span starts, so after a worker's fork. It exports by OTLP over HTTP, to
where the variables of OpenTelemetry (`OTEL_EXPORTER_OTLP_ENDPOINT`, …) say. It is not set as the
global one, so an application may still set its own later.
"""

import atexit
import os
from importlib.util import find_spec
from threading import Event, Lock, Thread
from typing import Final

import structlog
from opentelemetry import trace

_log = structlog.get_logger(__name__)

SERVICE: Final = "task-ledger"
"""The resource's `service.name` in the ledger's own provider, unless a variable of OpenTelemetry
sets it."""

EXIT_S: Final = 2.0
"""Seconds that the export of the last spans may take when a process exits."""


def provider() -> trace.TracerProvider:
    """The provider for the ledger's spans in this process.

    Without a provider of the application, and without the SDK or with settings that it refuses,
    spans are not recorded; the caller's trace context is still passed on.
    """
    given = trace.get_tracer_provider()
    if not isinstance(given, trace.ProxyTracerProvider):
        return given
    own = _own.of_this_process()
    return given if own is None else own.provider


def flush_provider(timeout_s: float) -> None:
    """Export the spans that have ended.

    Args:
        timeout_s: returns after that many seconds at the latest; then spans may be lost.
    """
    given = trace.get_tracer_provider()
    if not isinstance(given, trace.ProxyTracerProvider):
        force_flush = getattr(given, "force_flush", None)
        if force_flush is not None:
            thread = Thread(target=force_flush, name="task-ledger-spans", daemon=True)
            thread.start()
            thread.join(timeout_s)
        return
    _own.flush(timeout_s)


class _OwnProvider:
    """A provider of the SDK with the exporter for OTLP, and a thread that flushes it.

    The thread exists from the start, because none can be started while the interpreter exits, and
    because the SDK's `force_flush` waits for the collector without a limit.
    """

    def __init__(self) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        named = os.environ.get("OTEL_SERVICE_NAME") or (
            "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
        )
        resource = Resource.create({} if named else {"service.name": SERVICE})
        self.provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self.provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self.pid = os.getpid()
        self._wanted = Event()
        self._done = Event()
        Thread(target=self._flush_when_wanted, name="task-ledger-spans", daemon=True).start()

    def flush(self, timeout_s: float) -> None:
        self._done.clear()
        self._wanted.set()
        if not self._done.wait(timeout_s):
            _log.warning("spans_not_exported", waited_s=timeout_s)

    def _flush_when_wanted(self) -> None:
        while self._wanted.wait():
            self._wanted.clear()
            self.provider.force_flush()
            self._done.set()


class _Own:
    """The own provider of this process; none is inherited by a fork."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._current: _OwnProvider | None = None
        self._missing = False
        self._flushes_at_exit = False
        os.register_at_fork(after_in_child=self._forget)

    def of_this_process(self) -> _OwnProvider | None:
        with self._lock:
            if self._current is None and not self._missing:
                self._current = self._created()
                self._missing = self._current is None
            return self._current

    def _created(self) -> _OwnProvider | None:
        if not _installed():
            _log.warning("spans_not_recorded", missing="opentelemetry-sdk or its exporter")
            return None
        try:
            created = _OwnProvider()
        except Exception as error:  # noqa: BLE001 (the SDK refuses a setting: no task may fail by it)
            _log.error("spans_not_recorded", error=f"{type(error).__name__}: {error}")
            return None
        if not self._flushes_at_exit:
            atexit.register(self.flush, EXIT_S)
            self._flushes_at_exit = True
        return created

    def flush(self, timeout_s: float) -> None:
        if self._current is not None:
            self._current.flush(timeout_s)

    def _forget(self) -> None:
        self._lock = Lock()
        self._current = None


def _installed() -> bool:
    if find_spec("opentelemetry.sdk") is None:
        return False
    # A parent package that is missing is an error for find_spec, so the top one comes first.
    return (
        find_spec("opentelemetry.exporter") is not None
        and find_spec("opentelemetry.exporter.otlp") is not None
        and find_spec("opentelemetry.exporter.otlp.proto") is not None
        and find_spec("opentelemetry.exporter.otlp.proto.http") is not None
    )


_own: Final = _Own()
