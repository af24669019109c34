"""The line between a worker and the database, which breaks at the statement that a test names."""

import select
import socket
from threading import Event
from typing import Literal

import psycopg

from tests.services.web.proxy import Proxy

When = Literal["before", "after"]
"""Before the server has seen the statement, whose session is ended by the server's own
`pg_terminate_backend`; or after it has run and committed it, and before anybody hears of that."""


class Wire(Proxy):
    """Passes everything on until a statement comes that is to break it.

    Args:
        superuser_url: the database behind it.
    """

    def __init__(self, target: int, superuser_url: str) -> None:
        super().__init__(target)
        self._superuser_url = superuser_url
        self._at: bytes | None = None
        self._when: When = "before"
        self._stays_away = False
        self._broken = Event()

    def break_at(self, sent: str, when: When, *, stay_away: bool = False) -> None:
        """Break the connection that next sends `sent`, as a statement or an argument, once.

        Args:
            stay_away: break all others too, and take no new ones until it is mended.
        """
        self._broken.clear()
        self._when = when
        self._stays_away = stay_away
        self._at = sent.encode()

    def wait_broken(self) -> None:
        """Wait until it has happened."""
        assert self._broken.wait(30), f"nobody sent {self._at!r}"

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        while True:
            for source in select.select([client, server], [], [])[0]:
                piece = source.recv(65536)
                if not piece:
                    return
                if source is server:
                    client.sendall(piece)
                elif self._at is not None and self._at in piece:
                    self._at = None
                    self._break(piece, client, server)
                    return
                else:
                    server.sendall(piece)

    def _break(self, piece: bytes, client: socket.socket, server: socket.socket) -> None:
        if self._when == "before":
            port = server.getsockname()[1]
            with psycopg.connect(self._superuser_url, autocommit=True) as connection:
                ended = connection.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE client_port = %s",
                    (port,),
                ).fetchall()
            assert ended == [(True,)]
            client.sendall(server.recv(65536))
        else:
            server.sendall(piece)
            # The server speaks when the statement's transaction has ended.
            server.recv(65536)
        if self._stays_away:
            self.cut()
        self._broken.set()
