"""The addresses that a running `up` saves in the var folder for other commands.

Imports little, because it runs before every command and for `--help`.
"""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from task_ledger.plugin import Plugin, load_plugins

_ADDRESSES: Final = tuple(
    f"TASK_LEDGER_{name}DATABASE_URL"
    for name in ("", "API_", "WORKER_", "PROJECTOR_", "AUDITOR_", "SEALER_")
)


def plugins() -> tuple[Plugin, ...]:
    """The plug-ins named by `TASK_LEDGER_PLUGINS`, in the environment or as saved by `up`.

    Raises:
        InvalidPlugin: one cannot be imported, is not a `Plugin`, or has the same name as another.
    """
    variable = "TASK_LEDGER_PLUGINS"
    named = os.environ.get(variable)
    if not named:
        named = left_by_up(var_dir()).get(variable)
    return load_plugins(named)


def var_dir() -> Path:
    """The var folder, as in `Settings`, but without the cost of loading settings."""
    return Path(os.environ.get("TASK_LEDGER_VAR_DIR") or "var")


def left_by_up(var_dir: Path) -> dict[str, str]:
    """The variables saved by `up` for other commands, except those set in this process.

    Empty if this process has a database configured: the addresses of two installations must not be
    mixed.
    """
    if any(os.environ.get(name) for name in _ADDRESSES):
        return {}
    try:
        lines = environment_file(var_dir).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (shlex.split(line)[0].partition("=") for line in lines if line.strip())
    return {name: value for name, _, value in pairs if not os.environ.get(name)}


def environment_file(var_dir: Path) -> Path:
    """The file in which `up` saves the variables for other commands."""
    return var_dir / "environment"


def keep_environment(var_dir: Path, variables: Mapping[str, str]) -> None:
    """Save the variables for other commands, readable only by this user."""
    lines = [f"{name}={shlex.quote(value)}\n" for name, value in variables.items()]
    write_private(environment_file(var_dir), "".join(lines))


def write_private(path: Path, text: str) -> None:
    """Replace a file atomically; no other user can read it at any moment."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
