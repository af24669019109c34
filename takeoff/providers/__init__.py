"""Providers that find elements on a sheet: by its vectors, or by a model that sees its image."""

from takeoff.providers.choosing import NAMES, Availability, availability, choose, preload
from takeoff.providers.errors import (
    NEVER_AGAIN,
    CannotSee,
    ProviderAnswerUnusable,
    ProviderError,
    ProviderNotConfigured,
    ProviderRefused,
    ProviderUnavailable,
)
from takeoff.providers.provider import (
    Answered,
    Detection,
    Element,
    ElementType,
    Provider,
    SeenClassification,
    Sheet,
    Subject,
    Survey,
    Withheld,
)
from takeoff.providers.settings import ProviderName, ProviderSettings

__all__ = [
    "NAMES",
    "NEVER_AGAIN",
    "Answered",
    "Availability",
    "CannotSee",
    "Detection",
    "Element",
    "ElementType",
    "Provider",
    "ProviderAnswerUnusable",
    "ProviderError",
    "ProviderName",
    "ProviderNotConfigured",
    "ProviderRefused",
    "ProviderSettings",
    "ProviderUnavailable",
    "SeenClassification",
    "Sheet",
    "Subject",
    "Survey",
    "Withheld",
    "availability",
    "choose",
    "preload",
]
