"""Addresses of a server that may be mounted under a prefix, or be behind a proxy that adds one."""

from fastapi import Request


def root_path(request: Request) -> str:
    """The prefix of every address of this server, without a slash at its end; empty without one."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def path_within(request: Request) -> str:
    """The request's path as this server's routes have it, without the prefix."""
    root, path = root_path(request), str(request.scope["path"])
    return path.removeprefix(root) if path.startswith(f"{root}/") else path


def address_of(request: Request, path: str) -> str:
    """What a client asks for to reach `path`, which is one of this server's routes."""
    return root_path(request) + path
