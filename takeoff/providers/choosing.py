"""Choosing a provider by its name, and saying which can be chosen."""

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
    """Whether a provider can be chosen; ``missing`` are the variables it still needs."""

    name: ProviderName
    model: str | None
    sees_images: bool
    default: bool
    missing: tuple[str, ...]

    @property
    def configured(self) -> bool:
        """Whether it has all it needs. Nothing is asked of it to find out."""
        return not self.missing


def availability(settings: ProviderSettings) -> tuple[Availability, ...]:
    """Return all providers with what their settings lack, ``local`` first."""
    return tuple(_availability(name, settings) for name in NAMES)


def choose(name: str | None, settings: ProviderSettings) -> Provider:
    """Return the provider ``name``, or the one that the settings make the default.

    Connects to nothing.

    Raises:
        ProviderNotConfigured: there is none of that name, or its key or model is not set.
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
    # What asks takes seconds to import, the SDKs above all; who only lists providers need not.
    if found.name == "local":
        from takeoff.providers.local import LocalProvider

        return LocalProvider()
    from takeoff.providers.vision import VisionProvider

    return VisionProvider(_chat(found.name, settings))


def preload(settings: ProviderSettings) -> None:
    """Import what asks the configured providers, which takes seconds.

    A process that forks others calls it first, so that each of them need not.
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
