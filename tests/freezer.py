"""A server that is frozen, not stopped: its kernel takes every packet, and nothing answers."""

import re
import select
import socket
import threading
from urllib.parse import urlsplit

from tests.services.web.proxy import Proxy


class Freezer(Proxy):
    """Passes everything on, or takes everything and passes nothing on.

    Args:
        url: the server's address, with its port.
    """

    def __init__(self, url: str) -> None:
        port = urlsplit(url).port
        assert port is not None
        super().__init__(port)
        self._thawed = threading.Event()
        self._thawed.set()

    def __exit__(self, *_: object) -> None:
        self.thaw()
        super().__exit__()

    def behind(self, address: str) -> str:
        """An address of the server, or a text that holds one, that leads through this."""
        return re.sub(rf":{self._target}(?=/|$)", f":{self.port}", address)

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
