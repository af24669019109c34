"""Who runs a command, for what is recorded of it."""

import getpass
import socket


def person() -> str:
    """The operating system's user and machine: `anna on build-1`."""
    return f"{getpass.getuser()} on {socket.gethostname()}"
