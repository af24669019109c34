"""The settings of a command: from the environment, or from what a running `up` has left."""

from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError

from task_ledger.cli.discovery import left_by_up, var_dir
from task_ledger.ops.settings import Settings, SettingsError

_PREFIX: Final = "TASK_LEDGER_"


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
    return _settings(left_by_up(var_dir()))


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
