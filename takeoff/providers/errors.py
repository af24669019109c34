"""Errors of providers. The class tells whether retrying can help.

No message contains a key: it is removed from a provider's response before that is quoted.
"""

from takeoff.errors import TakeoffError


class ProviderError(TakeoffError):
    """A provider gave no usable answer."""

    code = "provider_error"


class ProviderUnavailable(ProviderError):
    """The provider is unreachable, overloaded or silent; retry later.

    ``retry_after_s`` is the wait that the provider asked for, in seconds; None if it gave none.
    """

    code = "provider_unavailable"

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s

    def __reduce__(self) -> tuple[type["ProviderUnavailable"], tuple[str, float | None]]:
        """Pickle with both arguments: workers hand errors between processes."""
        return type(self), (self.message, self.retry_after_s)


class ProviderAnswerUnusable(ProviderError):
    """The answer is not JSON, or does not match the requested schema; retry."""

    code = "provider_answer_unusable"


class ProviderRefused(ProviderError):
    """A key, a model or an address is wrong; retrying cannot help."""

    code = "provider_refused"


class ProviderNotConfigured(ProviderError):
    """The provider is unknown, or the settings lack what it needs."""

    code = "provider_not_configured"


class CannotSee(ProviderError):
    """The provider does not read images."""

    code = "cannot_see"


NEVER_AGAIN = (ProviderRefused, ProviderNotConfigured, CannotSee)
"""The errors that no retry can resolve."""
