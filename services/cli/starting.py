"""Starting another service: by its name in a process, never by import."""

import os
import sys
from typing import NoReturn

from services.cli.exits import USAGE, CommandFailed
from services.cli.surroundings import checked, left_by_up, settings
from task_ledger.ops.settings import Role, Settings


def told_enough(role: Role, *, broker: bool) -> Settings:
    """The settings, if they say what a service of this role needs.

    Raises:
        SettingsError: an address is missing or cannot be read.
    """
    told = settings()
    checked(told.url_for(role))
    if broker:
        told.broker()
    return told


def become(module: str, *arguments: str) -> NoReturn:
    """Replace this process by a Python module's, so that signals reach it and it alone.

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
