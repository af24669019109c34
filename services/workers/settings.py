"""What the workers of the takeoff backend are told from outside."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class WorkerSettings(BaseSettings):
    """Each from the variable ``TASK_LEDGER_<FIELD>``."""

    model_config = SettingsConfigDict(
        env_prefix="TASK_LEDGER_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    register_batch_pages: bool = Field(
        default=False,
        description="Register each page of a batch takeoff as a task of its own, a child of the "
        "batch. By default they run untracked.",
    )
