"""A receiver of traces: OTLP over HTTP with protobuf, as a collector listens for them."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)


class ReceivedSpan:
    """One span, with its resource's service."""

    def __init__(self, span: Any, service: str) -> None:
        self.name: str = span.name
        self.kind: int = span.kind
        self.service = service
        self.trace_id: str = span.trace_id.hex()
        self.span_id: str = span.span_id.hex()
        self.parent_id: str = span.parent_span_id.hex()
        self.error: bool = span.status.code == span.status.STATUS_CODE_ERROR
        self.attributes = _attributes(span)
        self.links = [(link.trace_id.hex(), link.span_id.hex()) for link in span.links]
        self.events = [(event.name, _attributes(event)) for event in span.events]
        self.lasted_s: float = (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9

    def __repr__(self) -> str:
        return f"{self.name} {self.span_id} of {self.parent_id or 'nothing'}: {self.attributes}"


class Receiver:
    """Keeps what was exported to it.

    Attributes:
        url: for `OTEL_EXPORTER_OTLP_ENDPOINT`.
        bodies: the requests' bodies, uncompressed.
        answering: while not set, requests are not answered.
        asked: set by the first request.
    """

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.answering = threading.Event()
        self.answering.set()
        self.asked = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.path == "/v1/traces"
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                receiver.asked.set()
                receiver.answering.wait()
                receiver.bodies.append(body)
                answer = ExportTraceServiceResponse().SerializeToString()
                try:
                    self.send_response(200)
                    self.send_header("Content-Type", "application/x-protobuf")
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                except ConnectionError:
                    return  # the exporter has given up

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def run(self) -> None:
        """Serve until `close`."""
        self._server.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        """Answer nobody any more."""
        self.answering.set()
        self._server.shutdown()
        self._server.server_close()

    def spans(self) -> list[ReceivedSpan]:
        """All spans received so far."""
        found: list[ReceivedSpan] = []
        for body in list(self.bodies):
            for of_resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                service = _attributes(of_resource.resource).get("service.name", "")
                for scope in of_resource.scope_spans:
                    found += [ReceivedSpan(span, str(service)) for span in scope.spans]
        return found

    def of_task(self, task_id: object, name: str = "") -> list[ReceivedSpan]:
        """The spans of a task's messages whose names start with `name`."""
        return [
            span
            for span in self.spans()
            if span.attributes.get("messaging.message.id") == str(task_id)
            and span.name.startswith(name)
        ]

    def one(self, task_id: object, name: str) -> ReceivedSpan:
        """The only such span, once it was received."""
        (span,) = self.until(lambda: self.of_task(task_id, name))
        return span

    def until(self, found: Callable[[], Any], timeout_s: float = 60.0) -> Any:
        """What `found` returns, once it is true."""
        deadline = time.monotonic() + timeout_s
        while not (result := found()):
            assert time.monotonic() < deadline, f"received only {self.spans()}"
            time.sleep(0.02)
        return result


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on this machine."""
    receiver = Receiver()
    thread = threading.Thread(target=receiver.run, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.close()
        thread.join()


def _attributes(of: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in of.attributes}
