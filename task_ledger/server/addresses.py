"""URLs of a server that may be mounted under a prefix, or be behind a proxy that adds one."""

from fastapi import Request


def root_path(request: Request) -> str:
    """The prefix of this server's URLs, without a trailing slash; empty if there is none."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def path_within(request: Request) -> str:
    """The request's path without the prefix, as used in this server's routes."""
    root, path = root_path(request), str(request.scope["path"])
    return path.removeprefix(root) if path.startswith(f"{root}/") else path


def address_of(request: Request, path: str) -> str:
    """The path with which a client reaches the route `path`."""
    return root_path(request) + path
