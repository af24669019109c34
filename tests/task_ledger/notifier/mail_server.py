"""A local SMTP server that keeps what it gets, or refuses it."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import ClassVar


@dataclass
class MailBox:
    """What was sent: each mail with its receivers.

    Attributes:
        refuse: receivers that are not accepted.
        slow_s: seconds before each answer.
    """

    port: int
    mails: list[tuple[list[str], Message]] = field(default_factory=list[tuple[list[str], Message]])
    refuse: set[str] = field(default_factory=set[str])
    commands: list[str] = field(default_factory=list[str])
    slow_s: float = 0.0


@contextmanager
def mail_server() -> Iterator[MailBox]:
    """A server on 127.0.0.1 that offers neither TLS nor a login."""

    class Handler(socketserver.StreamRequestHandler):
        box: ClassVar[MailBox]

        def handle(self) -> None:
            receivers: list[str] = []
            self._say("220 local")
            while line := self.rfile.readline().decode().strip():
                self.box.commands.append(line)
                verb = line.split()[0].upper()
                if verb == "RCPT":
                    receiver = line.partition("<")[2].partition(">")[0]
                    refused = receiver in self.box.refuse
                    self._say("550 no" if refused else "250 ok")
                    receivers += [] if refused else [receiver]
                elif verb == "DATA":
                    self._say("354 go on")
                    text = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        text += part
                    self.box.mails.append((receivers, message_from_bytes(text)))
                    self._say("250 ok")
                elif verb == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    self._say("250 local")

        def _say(self, line: str) -> None:
            time.sleep(self.box.slow_s)
            self.wfile.write(f"{line}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    Handler.box = MailBox(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield Handler.box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
