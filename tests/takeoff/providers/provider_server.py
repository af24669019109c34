"""A real HTTP server that plays OpenAI and Anthropic, with all their moods."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ECHO = "{authorization}"
"""In a body: replaced by the key that the request carried."""


@dataclass(frozen=True)
class Mood:
    """How one request is answered; without a status and a body, normally. A ``cut`` answer ends
    in the middle of its body, with the connection.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: str | None = None
    silent: bool = False
    cut: bool = False


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    path: str
    key: str
    body: dict[str, Any]

    @property
    def form(self) -> str:
        """The name of the form that the answer must have."""
        if "tools" in self.body:
            return self.body["tools"][0]["input_schema"]["title"]
        return self.body["response_format"]["json_schema"]["name"]


@dataclass
class ProviderServer:
    """The server as a test sees it.

    ``moods`` are used up one per request, then requests are answered normally: with the answer
    for the form that is asked for, which may be a function of the request.
    """

    address: str
    moods: deque[Mood] = field(default_factory=deque[Mood])
    answers: dict[str, Any] = field(default_factory=dict[str, Any])
    asked: list[Asked] = field(default_factory=list[Asked])
    over: threading.Event = field(default_factory=threading.Event)

    def answer(self, asked: Asked) -> str:
        """The body of a normal answer."""
        found: Any = self.answers[asked.form]
        given = found(asked) if isinstance(found, Callable) else found
        if asked.path.endswith("/messages"):
            return json.dumps(
                {
                    "id": "m1", "type": "message", "role": "assistant", "model": "seer-a-1",
                    "stop_reason": "tool_use", "stop_sequence": None,
                    "content": [
                        {"type": "text", "text": "Here."},
                        {"type": "tool_use", "id": "t1", "name": "answer", "input": given},
                    ],
                    "usage": {"input_tokens": 900, "output_tokens": 80},
                }
            )  # fmt: skip
        return json.dumps(
            {
                "id": "c1", "object": "chat.completion", "created": 1, "model": "seer-o-1",
                "choices": [
                    {
                        "index": 0, "finish_reason": "stop",
                        "message": {"role": "assistant", "content": json.dumps(given)},
                    }
                ],
                "usage": {"prompt_tokens": 700, "completion_tokens": 60, "total_tokens": 760},
            }
        )  # fmt: skip


@contextmanager
def provider_server() -> Iterator[ProviderServer]:
    """Serve on a free port of the loopback address until the block is left."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            key = self.headers.get("x-api-key") or self.headers.get("Authorization", "")
            asked = Asked(self.path, key.removeprefix("Bearer "), sent)
            server.asked.append(asked)
            mood = server.moods.popleft() if server.moods else Mood()
            if mood.silent:
                server.over.wait(60)
                self.close_connection = True
                return
            body = server.answer(asked) if mood.body is None else mood.body
            content = body.replace(ECHO, asked.key).encode()
            self.send_response(mood.status)
            for name, value in mood.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(content[: len(content) // 2] if mood.cut else content)
            self.close_connection = self.close_connection or mood.cut

        def log_message(self, format: str, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server = ProviderServer(f"http://127.0.0.1:{http.server_address[1]}")
    thread = threading.Thread(target=http.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        http.shutdown()
        thread.join()
        http.server_close()
