"""The takeoff providers' settings and keys, read from the environment only."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ProviderName = Literal["local", "openai", "anthropic"]


class ProviderSettings(BaseSettings):
    """The providers' settings, each from the variable ``TASK_LEDGER_<FIELD>``.

    The variables of the providers' SDKs (``OPENAI_API_KEY`` and so on) are ignored. Keys are
    ``SecretStr``: they show as ``**********``. Raises ``pydantic.ValidationError`` for an invalid
    value; its text names the field but never the value.
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
        description="Provider for requests that name none: local, openai or anthropic.",
    )
    ai_timeout_s: Annotated[float, Field(gt=0, le=540)] = Field(
        default=120.0,
        description="Seconds to wait for a provider's response before retrying.",
    )
    openai_api_key: SecretStr | None = Field(
        default=None,
        description="API key for openai. For a server that needs none, any non-empty value.",
    )
    openai_base_url: str = Field(
        default="https://api.openai.com/v1",
        description="Base URL of OpenAI or of a server compatible with its chat completions API.",
    )
    openai_model: str | None = Field(
        default=None, description="Model for openai; it must accept images."
    )
    anthropic_api_key: SecretStr | None = Field(default=None, description="API key for anthropic.")
    anthropic_base_url: str = Field(
        default="https://api.anthropic.com", description="Base URL of Anthropic or of a gateway."
    )
    anthropic_model: str | None = Field(
        default=None, description="Model for anthropic; it must accept images."
    )

    @field_validator("openai_base_url", "anthropic_base_url")
    @classmethod
    def _is_plain_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise ValueError("must be an http(s) address without a user or password in it")
        return value.rstrip("/")
