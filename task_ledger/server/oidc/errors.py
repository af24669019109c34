"""Why somebody could not be signed in through the provider."""

from task_ledger.errors import LedgerError


class OidcError(LedgerError):
    """The base class of these errors; the message is for the person who signs in."""


class ProviderUnavailable(OidcError):
    """The provider cannot be reached, is late, or answers with an error of its own."""


class SignInRefused(OidcError):
    """The answer is not the provider's, or the provider or the claims do not let the person in."""
