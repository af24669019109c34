"""A server that is frozen, not stopped: its kernel takes every packet, and nothing answers."""

import select
import socket
import threading

from tests.services.web.proxy import Proxy


class Freezer(Proxy):
    """Passes everything on, or takes everything and passes nothing on."""

    def __init__(self, target: int) -> None:
        super().__init__(target)
        self._thawed = threading.Event()
        self._thawed.set()

    def freeze(self) -> None:
        """Answer nothing from now on; connections are still taken."""
        self._thawed.clear()

    def thaw(self) -> None:
        """Pass on again, and first what has been held back."""
        self._thawed.set()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        while True:
            for source in select.select([client, server], [], [])[0]:
                piece = source.recv(65536)
                self._thawed.wait(120)
                if not piece:
                    return
                (server if source is client else client).sendall(piece)
