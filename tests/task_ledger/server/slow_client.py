"""A client of a stream that takes its bytes only when it is told to."""

import socket

from tests.task_ledger.server.processes import Server


class SlowClient:
    """Reads a project's stream from its beginning, when it is told to."""

    def __init__(self, server: Server, headers: dict[str, str], project: str = "tower-a") -> None:
        self._socket = socket.socket()
        # Small, but larger than loopback's segments (64 KiB): below that, the kernel may send only
        # when a timer of its own has run out, a few thousand bytes a second.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 128 * 1024)
        self._socket.settimeout(30)
        self._socket.connect(("127.0.0.1", server.port))
        request = (
            f"GET /api/v1/projects/{project}/events/stream?after=0 HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: {headers['Authorization']}\r\n\r\n"
        )
        self._socket.sendall(request.encode())
        # The answer has begun, so the stream is open.
        self._rest = self._socket.recv(16)
        self.seqs: list[int] = []

    def __enter__(self) -> "SlowClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def read_until(self, last: int) -> None:
        """Take what there is up to a number."""
        while not self.seqs or self.seqs[-1] < last:
            piece = self._socket.recv(1024 * 1024)
            assert piece
            lines = (self._rest + piece).split(b"\n")
            self._rest = lines.pop()
            self.seqs += [
                int(line[4:].partition(b"@")[0]) for line in lines if line.startswith(b"id: ")
            ]
