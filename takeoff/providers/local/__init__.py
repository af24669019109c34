"""The offline provider: it reads the sheet's own vectors and text."""

from takeoff.providers.local.provider import LocalProvider

__all__ = ["LocalProvider"]
