"""How asking a provider can fail. The class says whether asking again can help.

No message holds a key: what a provider answered is searched for it before it is quoted.
"""

from takeoff.errors import TakeoffError


class ProviderError(TakeoffError):
    """A provider gave no answer that can be used."""

    code = "provider_error"


class ProviderUnavailable(ProviderError):
    """The provider is away, overloaded or silent: ask again later.

    ``retry_after_s`` is how many seconds the provider asked to wait; None if it did not say.
    """

    code = "provider_unavailable"

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s

    def __reduce__(self) -> tuple[type["ProviderUnavailable"], tuple[str, float | None]]:
        """Pickle with both arguments: workers hand errors between processes."""
        return type(self), (self.message, self.retry_after_s)


class ProviderAnswerUnusable(ProviderError):
    """What the provider answered is no JSON, or not what it was asked for: ask again."""

    code = "provider_answer_unusable"


class ProviderRefused(ProviderError):
    """The provider will refuse this again: a key, a model or an address is wrong."""

    code = "provider_refused"


class ProviderNotConfigured(ProviderError):
    """The provider is unknown, or the settings lack what it needs."""

    code = "provider_not_configured"


class CannotSee(ProviderError):
    """The provider does not look at images."""

    code = "cannot_see"


NEVER_AGAIN = (ProviderRefused, ProviderNotConfigured, CannotSee)
"""The errors that no further attempt can mend."""
