"""The settings of a command: from the environment, or saved by a running `up`."""

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar

from pydantic import ValidationError

from task_ledger.cli.discovery import left_by_up, var_dir
from task_ledger.ops.settings import Settings, SettingsError
from task_ledger.plugin import Plugin

_Read = TypeVar("_Read")
_PREFIX: Final = "TASK_LEDGER_"


class InvalidSettings(SettingsError):
    """A variable has an invalid value, which is not shown."""


def settings_from_environment() -> Settings:
    """This process's settings, from environment variables only.

    Raises:
        InvalidSettings: a value is invalid.
    """
    return _settings({})


def settings() -> Settings:
    """This process's settings. If no database is configured, the settings of the running `up` in
    the same var folder.

    Raises:
        InvalidSettings: a value is invalid.
    """
    return _settings(left_by_up(var_dir()))


def variables_of(plugins: Iterable[Plugin]) -> dict[str, str]:
    """The variables set in this process for the settings of plug-ins.

    Raises:
        InvalidSettings: a value is invalid.
    """
    found: dict[str, str] = {}
    for kind in (kind for plugin in plugins for kind in plugin.settings()):
        _read(kind)
        names = (f"{kind.model_config.get('env_prefix', '')}{name}" for name in kind.model_fields)
        found |= {n.upper(): os.environ[n.upper()] for n in names if os.environ.get(n.upper())}
    return found


def _settings(left: Mapping[str, str]) -> Settings:
    values = {name.removeprefix(_PREFIX).lower(): value for name, value in left.items()}
    return _read(lambda: Settings.model_validate(values) if values else Settings())


def _read(settings: Callable[[], _Read]) -> _Read:
    try:
        return settings()
    except ValidationError as error:
        what = "; ".join(
            f"{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}"
            for each in error.errors(include_input=False, include_context=False, include_url=False)
        )
        raise InvalidSettings(f"Invalid settings: {what}") from error
