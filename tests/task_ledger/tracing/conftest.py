"""A web application's tracer, a worker and a projector that export to a local receiver."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased, Sampler

from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.tracing import switch
from tests.brokers import Brokers
from tests.task_ledger.celery.conftest import Stack, open_stack
from tests.task_ledger.tracing.receiver import Receiver, receiving

SETTINGS = {
    "TASK_LEDGER_TRACES": "true",
    "OTEL_BSP_SCHEDULE_DELAY": "100",
    "OTEL_SERVICE_NAME": "ledger",
}


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def traced(
    request: pytest.FixtureRequest,
    receiver: Receiver,
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """A worker and a projector with traces on; this process enqueues.

    The fixture's parameter, if any, is the worker's pool.
    """
    pool = getattr(request, "param", "prefork")
    folder = tmp_path_factory.mktemp("traced")
    with open_stack(postgres, migrated_template, brokers.space(15), folder) as stack:
        stack.environment |= {**SETTINGS, "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url}
        stack.start("projector", "task_ledger.projector")
        stack.start_worker("worker", "--pool", pool)
        yield stack


@pytest.fixture
def web(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., "WebRequests"]]:
    """Makes this process an application that has set up OpenTelemetry, for one test."""
    monkeypatch.setenv("TASK_LEDGER_TRACES", "true")
    switch.recorder.cache_clear()
    made: list[WebRequests] = []

    def of(sampler: Sampler = ALWAYS_ON) -> WebRequests:
        web = WebRequests(receiver, sampler)
        made.append(web)
        monkeypatch.setattr(trace, "get_tracer_provider", lambda: web.provider)
        return web

    yield of
    for each in made:
        each.provider.shutdown()
    switch.recorder.cache_clear()


class WebRequests:
    """The requests of a web application, each with a span of its own."""

    def __init__(self, receiver: Receiver, sampler: Sampler) -> None:
        self.provider = TracerProvider(
            resource=Resource.create({"service.name": "web"}), sampler=ParentBased(sampler)
        )
        exporter = OTLPSpanExporter(endpoint=f"{receiver.url}/v1/traces")
        self.provider.add_span_processor(SimpleSpanProcessor(exporter))

    @contextmanager
    def request(self) -> Iterator[str]:
        """A request; its trace id, in hexadecimal digits."""
        with self.provider.get_tracer("web").start_as_current_span("POST /invoices") as span:
            yield trace.format_trace_id(span.get_span_context().trace_id)


def never() -> Sampler:
    """A caller's decision to keep no trace."""
    return ALWAYS_OFF


Web = Callable[..., WebRequests]
