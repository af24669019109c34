"""A witness as C2SP tlog-witness describes it, served over HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from task_ledger.sealer.checkpoint import Checkpoint, parse_checkpoint
from task_ledger.sealer.errors import InvalidNote, InvalidProof, UnverifiedNote
from task_ledger.sealer.keys import COSIGNATURE, SigningKey, VerifierKey, open_note
from task_ledger.sealer.merkle import EMPTY_ROOT, verify_consistency
from task_ledger.sealer.witness import parse_add_checkpoint
from task_ledger.sealer.witness_client import Witness

SEEN_AT = 1_796_000_001


class WitnessServer:
    """Knows one log by its key, and cosigns what extends what it cosigned last.

    Attributes:
        last: the checkpoint that it cosigned last.
        asleep: while it is set, no request is answered.
        says: answers this in the place of a cosignature.
    """

    def __init__(self, log: VerifierKey) -> None:
        self._log = log
        self._key = SigningKey.generate("witness.example/w1")
        self.last: Checkpoint | None = None
        self.awake = threading.Event()
        self.awake.set()
        self.says: tuple[int, bytes] | None = None
        self.requests = 0

    @property
    def vkey(self) -> VerifierKey:
        """The key of its cosignatures."""
        return VerifierKey(self._key.name, COSIGNATURE, self._key.verifier.public)

    def add_checkpoint(self, body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer to a request."""
        self.requests += 1
        self.awake.wait()
        if self.says is not None:
            return self.says
        try:
            request = parse_add_checkpoint(body)
            text = open_note(request.note, (self._log,))[0].text
            checkpoint = parse_checkpoint(text)
        except InvalidNote:
            return 400, b""
        except UnverifiedNote:
            return 403, b""
        last = self.last or Checkpoint(checkpoint.origin, 0, EMPTY_ROOT)
        if request.old_size > checkpoint.size:
            return 400, b""
        if request.old_size != last.size:
            return 409, f"{last.size}\n".encode()
        try:
            verify_consistency(
                last.size, checkpoint.size, request.proof, last.root, checkpoint.root
            )
        except InvalidProof:
            return 422, b""
        self.last = checkpoint
        return 200, self.cosignature(text)

    def cosignature(self, text: str) -> bytes:
        """The line with the cosignature of a note's text."""
        return self._key.cosign(text, SEEN_AT).line().encode()


@contextmanager
def served(server: WitnessServer, timeout_s: float = 5.0) -> Iterator[Witness]:
    """The witness at an address of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = server.add_checkpoint(body)
            try:
                self.send_response(404 if self.path != "/w1/add-checkpoint" else status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            except OSError:
                return  # the client gave up

        def log_message(self, format: str, *args: object) -> None: ...

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        url = f"http://127.0.0.1:{listening.server_address[1]}/w1/"
        yield Witness(url, server.vkey, timeout_s)
    finally:
        server.awake.set()
        listening.shutdown()
        listening.server_close()
        thread.join()
