"""Chooses a provider by name, and lists the available ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import SecretStr

from takeoff.providers.errors import ProviderNotConfigured
from takeoff.providers.provider import Provider
from takeoff.providers.settings import ProviderName, ProviderSettings

if TYPE_CHECKING:
    from takeoff.providers.chat import Chat

NAMES: tuple[ProviderName, ...] = ("local", "openai", "anthropic")


@dataclass(frozen=True)
class Availability:
    """Whether a provider can be chosen; ``missing`` are the variables that must still be set."""

    name: ProviderName
    model: str | None
    sees_images: bool
    default: bool
    missing: tuple[str, ...]

    @property
    def configured(self) -> bool:
        """Whether all settings are present. Sends no request."""
        return not self.missing


def availability(settings: ProviderSettings) -> tuple[Availability, ...]:
    """Return all providers with their missing settings, ``local`` first."""
    return tuple(_availability(name, settings) for name in NAMES)


def choose(name: str | None, settings: ProviderSettings) -> Provider:
    """Return the provider ``name``, or the default of the settings.

    Connects to nothing.

    Raises:
        ProviderNotConfigured: there is no such provider, or its key or model is not set.
    """
    wanted = name or settings.ai_provider
    known = {each.name: each for each in availability(settings)}
    if wanted not in known:
        raise ProviderNotConfigured(
            f"There is no provider {wanted!r}. Choose one of {', '.join(NAMES)}."
        )
    found = known[wanted]
    if not found.configured:
        raise ProviderNotConfigured(
            f"The provider {wanted} is not configured: set {' and '.join(found.missing)}."
        )
    # Import lazily: the SDKs take seconds, and listing providers does not need them.
    if found.name == "local":
        from takeoff.providers.local import LocalProvider

        return LocalProvider()
    from takeoff.providers.vision import VisionProvider

    return VisionProvider(_chat(found.name, settings))


def preload(settings: ProviderSettings) -> None:
    """Import the modules of the configured providers, which takes seconds.

    Call it before forking, so that each child need not import them.
    """
    for each in availability(settings):
        if each.configured:
            choose(each.name, settings)


def _chat(name: ProviderName, settings: ProviderSettings) -> Chat:
    if name == "openai":
        from takeoff.providers.openai_chat import OpenAiChat

        return OpenAiChat(
            settings.openai_base_url,
            _plain(settings.openai_api_key),
            settings.openai_model or "",
            settings.ai_timeout_s,
        )
    from takeoff.providers.anthropic_chat import AnthropicChat

    return AnthropicChat(
        settings.anthropic_base_url,
        _plain(settings.anthropic_api_key),
        settings.anthropic_model or "",
        settings.ai_timeout_s,
    )


def _plain(key: SecretStr | None) -> str:
    return key.get_secret_value() if key is not None else ""


def _availability(name: ProviderName, settings: ProviderSettings) -> Availability:
    default = settings.ai_provider == name
    if name == "local":
        return Availability(name, "vectors", sees_images=False, default=default, missing=())
    key = settings.openai_api_key if name == "openai" else settings.anthropic_api_key
    model = settings.openai_model if name == "openai" else settings.anthropic_model
    needed = {"API_KEY": key, "MODEL": model}
    missing = tuple(
        f"TASK_LEDGER_{name.upper()}_{what}" for what, value in needed.items() if value is None
    )
    return Availability(name, model, sees_images=True, default=default, missing=missing)
