"""The person who runs a command, as recorded in the access log."""

import getpass
import os
import socket


def user() -> str:
    """The operating system's user, or `uid 1000` for a user without a name, as in containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def person() -> str:
    """The operating system's user and machine: `anna on build-1`."""
    return f"{user()} on {socket.gethostname()}"
