"""Starting services as processes, by module name and without importing them."""

import os
import sys
from importlib.util import find_spec
from typing import Final, NoReturn

from task_ledger.cli.configuration import settings, variables_of
from task_ledger.cli.connection import checked
from task_ledger.cli.discovery import left_by_up, plugins
from task_ledger.cli.exits import USAGE, CommandFailed
from task_ledger.ops.settings import Role, Settings

SERVER: Final = "task_ledger.server.app:serve"
"""The factory of the HTTP server, as uvicorn imports it."""

KEEP_ALIVE_S: Final = 75
"""Seconds that a connection stays open between two requests.

Longer than the 60 s of common proxies (nginx, load balancers of AWS and Google): a server that
closes first may do so while the next request is on its way, which the proxy answers with 502.
"""

PROTOCOL: Final = "task_ledger.server.http_protocol:TimedProtocol"
"""The HTTP protocol class for uvicorn."""


def server_arguments(host: str, port: int, trusted_proxies: str) -> list[str]:
    """The module and arguments with which `python -m` starts the HTTP server.

    Args:
        trusted_proxies: as `Settings.trusted_proxies`.
    """
    return [
        *("uvicorn", SERVER, "--factory", "--host", host, "--port", str(port)),
        *("--proxy-headers", "--forwarded-allow-ips", trusted_proxies),
        *("--http", PROTOCOL, "--timeout-keep-alive", str(KEEP_ALIVE_S)),
        *("--timeout-graceful-shutdown", "5", "--no-access-log"),
    ]


def check_server() -> None:
    """Check that the HTTP server's packages are installed.

    Raises:
        CommandFailed: a package is missing; the message says what to install.
    """
    for package in ("uvicorn", "fastapi", "prometheus_client"):
        if find_spec(package) is None:
            raise CommandFailed(f"{package} is not installed: install task-ledger[server].", USAGE)


def settings_of(role: Role, *, broker: bool) -> Settings:
    """Return the settings after checking that a service of this role can start with them.

    Raises:
        InvalidPlugin: a plug-in cannot be imported.
        SettingsError: an address is missing or cannot be read; a plug-in's value is invalid.
    """
    told = settings()
    variables_of(plugins())
    checked(told.url_for(role))
    if broker:
        told.broker()
    return told


def become(module: str, *arguments: str) -> NoReturn:
    """Replace this process by one that runs a Python module, so that it receives all signals.

    Raises:
        CommandFailed: it cannot be started.
    """
    sys.stdout.flush()
    command = [sys.executable, "-m", module, *arguments]
    try:
        os.execve(sys.executable, command, environment())  # noqa: S606 - no shell is wanted
    except OSError as error:
        raise CommandFailed(f"{module} cannot be started: {error}", USAGE) from error


def environment() -> dict[str, str]:
    """The variables that give a child of this process the same settings."""
    return os.environ | left_by_up(settings().var_dir)
