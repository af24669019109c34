"""Which providers there are, and their keys: from the environment and from nowhere else."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ProviderName = Literal["local", "openai", "anthropic"]


class ProviderSettings(BaseSettings):
    """The providers' settings, each from the variable ``TASK_LEDGER_<FIELD>``.

    The variables that the SDKs read by themselves (``OPENAI_API_KEY`` and so on) count for
    nothing. Keys are ``SecretStr``: they show as ``**********``. Raises
    ``pydantic.ValidationError`` for a value that makes no sense; its text names the field and
    never the value.
    """

    model_config = SettingsConfigDict(
        env_prefix="TASK_LEDGER_",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    ai_provider: ProviderName = Field(
        default="local",
        description="Who is asked when a request names no provider: local, openai or anthropic.",
    )
    ai_timeout_s: Annotated[float, Field(gt=0, le=540)] = Field(
        default=120.0,
        description="Seconds that a provider may stay silent before it is asked again.",
    )
    openai_api_key: SecretStr | None = Field(
        default=None,
        description="Key for openai. A server that wants none gets any word.",
    )
    openai_base_url: str = Field(
        default="https://api.openai.com/v1",
        description="Address of OpenAI, or of any server that speaks its chat completions.",
    )
    openai_model: str | None = Field(
        default=None, description="Model that openai is asked for; it must see images."
    )
    anthropic_api_key: SecretStr | None = Field(default=None, description="Key for anthropic.")
    anthropic_base_url: str = Field(
        default="https://api.anthropic.com", description="Address of Anthropic, or of a gateway."
    )
    anthropic_model: str | None = Field(
        default=None, description="Model that anthropic is asked for; it must see images."
    )

    @field_validator("openai_base_url", "anthropic_base_url")
    @classmethod
    def _is_plain_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise ValueError("must be an http(s) address without a user or password in it")
        return value.rstrip("/")
