"""On the path of a Python process, this refuses it and its children every connection.

Each process that it guards leaves a file in TMPDIR.
"""

import os
import sys
from pathlib import Path
from typing import Any

_REFUSED = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}


def _refuse(event: str, _: tuple[Any, ...]) -> None:
    if event in _REFUSED:
        raise OSError(f"the network is unplugged: {event}")


sys.addaudithook(_refuse)
Path(os.environ["TMPDIR"], f"unplugged-{os.getpid()}").touch()
