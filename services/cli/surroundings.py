"""Where a command finds its servers: in the environment, or in what a running `up` has left."""

import os
import shlex
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from pydantic import ValidationError

from task_ledger.eventlog.any_time import read_any_time
from task_ledger.eventlog.database import ledger_errors, session
from task_ledger.ops.settings import Role, Settings, SettingsError

_PREFIX = "TASK_LEDGER_"
_ADDRESSES = tuple(
    f"{_PREFIX}{name}DATABASE_URL" for name in ("", "API_", "WORKER_", "PROJECTOR_", "AUDITOR_")
)


class InvalidSettings(SettingsError):
    """A variable has a value that makes no sense; the value is not shown."""


def settings_from_environment() -> Settings:
    """This process's settings, from its variables alone.

    Raises:
        InvalidSettings: a value makes no sense.
    """
    return _settings({})


def settings() -> Settings:
    """This process's settings; where no database is named, those of `up` in the same var folder.

    Raises:
        InvalidSettings: a value makes no sense.
    """
    own = settings_from_environment()
    return _settings(left_by_up(own.var_dir))


def left_by_up(var_dir: Path) -> dict[str, str]:
    """The variables that `up` keeps for other commands, without those that this process has.

    Empty when this process is told of a database itself: addresses of two installations must
    not mix.
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
    """The file in which `up` keeps the variables for other commands."""
    return var_dir / "environment"


def keep_environment(var_dir: Path, variables: Mapping[str, str]) -> None:
    """Write the variables for other commands, readable for this user alone."""
    lines = [f"{name}={shlex.quote(value)}\n" for name, value in variables.items()]
    write_private(environment_file(var_dir), "".join(lines))


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step; nobody else can read it at any moment."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)


@contextmanager
def connected(
    role: Role | None, *, autocommit: bool = True, known: Settings | None = None
) -> Generator[Connection[Any]]:
    """A connection that acts as `role`, closed at the end of the block; times come out in UTC.

    With None it acts as the login of `database_url` itself.

    Raises:
        MissingSetting: no address is known.
        InvalidSettings: the address cannot be read.
        LedgerUnavailable: the server cannot be reached.
    """
    told = known or settings()
    address = checked(told.login_url() if role is None else told.url_for(role))
    with ledger_errors():
        connection = psycopg.connect(
            address, autocommit=True, **session(address, "task-ledger cli")
        )
    with connection:
        try:
            read_any_time(connection)
            connection.autocommit = autocommit
            yield connection
        except KeyboardInterrupt:
            # In the middle of a statement nothing can be rolled back, and psycopg would say so.
            connection.close()
            raise


def checked(address: str) -> str:
    """A libpq address that can be read as one.

    Raises:
        InvalidSettings: it cannot; the address, which may hold a password, is not shown.
    """
    try:
        conninfo_to_dict(address)
        _ = urlsplit(address).port
    except (psycopg.ProgrammingError, ValueError):
        raise InvalidSettings(
            "A database's address cannot be read. It looks like"
            " postgresql://user:password@host:5432/name; special characters in the password are"
            " written as %40 and the like."
        ) from None
    return address


def _settings(left: Mapping[str, str]) -> Settings:
    values = {name.removeprefix(_PREFIX).lower(): value for name, value in left.items()}
    try:
        return Settings.model_validate(values) if values else Settings()
    except ValidationError as error:
        what = "; ".join(
            f"{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}"
            for each in error.errors(include_input=False, include_context=False, include_url=False)
        )
        raise InvalidSettings(f"Settings that make no sense: {what}") from error
