"""A TCP proxy that can be cut and mended."""

import select
import socket
import threading
from typing import Any, Final, Self

_PIECE: Final = 65536


class Proxy:
    """Passes connections on to a port of this machine, until it is cut."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._whole = True
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """End every connection, and each new one at once."""
        with self._lock:
            self._whole = False
            for each in self._open:
                _shut(each)

    def mend(self) -> None:
        """Pass connections on again."""
        with self._lock:
            self._whole = True

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            if not self._whole:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return
            with server:
                both = {client, server}
                with self._lock:
                    self._open |= both
                try:
                    self._pass_on(client, server)
                except OSError:
                    return
                finally:
                    with self._lock:
                        self._open -= both

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        other: dict[Any, socket.socket] = {client: server, server: client}
        while True:
            for source in select.select([client, server], [], [])[0]:
                piece = source.recv(_PIECE)
                if not piece:
                    return
                other[source].sendall(piece)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
