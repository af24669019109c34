"""The person who runs a command, as recorded in the access log."""

import getpass
import socket


def person() -> str:
    """The operating system's user and machine: `anna on build-1`."""
    return f"{getpass.getuser()} on {socket.gethostname()}"
