"""A local receiver of webhooks that answers as a test tells it to."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

Answer = Callable[[BaseHTTPRequestHandler], None]
"""Answers one request."""


def status(code: int, **headers: str) -> Answer:
    """An answer with nothing but a status and headers."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("content-length", "0")
        handler.end_headers()

    return answer


@dataclass
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Its body."""
        return json.loads(self.body)


@dataclass
class Receiver:
    """What has arrived, and how the next requests are answered: with 204 when `answers` is empty.

    Attributes:
        arrived: released once for each request, before it is answered.
    """

    port: int
    scheme: str = "http"
    received: list[Received] = field(default_factory=list[Received])
    answers: list[Answer] = field(default_factory=list[Answer])
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def url(self, host: str = "127.0.0.1", path: str = "/hook") -> str:
        """Its address, by any name of this machine."""
        return f"{self.scheme}://{host}:{self.port}{path}"

    def wait(self, requests: int = 1) -> None:
        """Wait until so many more requests have arrived."""
        for _ in range(requests):
            assert self.arrived.acquire(timeout=30), "nothing has arrived"


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver on 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        receiver: ClassVar[Receiver]

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.receiver.received.append(Received(self.path, headers, body))
            answer = self.receiver.answers.pop(0) if self.receiver.answers else status(204)
            self.receiver.arrived.release()
            answer(self)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Clients that give up are expected."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    Handler.receiver = Receiver(server.server_address[1], "http" if tls is None else "https")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield Handler.receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
