"""How the ledger's and its plug-ins' settings are read from the environment."""

from typing import Final

from pydantic_settings import SettingsConfigDict

FROM_ENVIRONMENT: Final = SettingsConfigDict(
    env_prefix="TASK_LEDGER_",
    env_ignore_empty=True,
    extra="ignore",
    frozen=True,
    hide_input_in_errors=True,
    populate_by_name=True,
)
"""A field is read from ``TASK_LEDGER_<FIELD>``, where an empty variable counts as not set; errors
never have the values."""
