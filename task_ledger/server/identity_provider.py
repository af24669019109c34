"""The OpenID Connect provider of the settings, if its packages are installed."""

from typing import TYPE_CHECKING

from task_ledger.ops.settings import MissingSetting, Settings, SettingsError
from task_ledger.server.sign_in_settings import SignInSettings

if TYPE_CHECKING:
    from task_ledger.server.oidc.provider import Provider


class MissingPackages(SettingsError):
    """A setting needs packages that are not installed."""


def provider_of(settings: Settings, sign_in: SignInSettings) -> "Provider | None":
    """The provider; None if the settings name none.

    Raises:
        MissingSetting: the page's public address is not set; the provider returns to it.
        MissingPackages: `task-ledger[sign-in]` is not installed.
    """
    if sign_in.oidc_issuer is None:
        return None
    if settings.page_url is None:
        raise MissingSetting(
            "TASK_LEDGER_PAGE_URL", "the page's public address, to which the provider returns"
        )
    try:
        from task_ledger.server.oidc.provider import Provider
    except ImportError as error:
        raise MissingPackages(
            f"{error.name} is not installed, and TASK_LEDGER_OIDC_ISSUER needs it: install "
            "task-ledger[server,sign-in]."
        ) from error
    return Provider(sign_in, f"{settings.page_url.rstrip('/')}/sign-in/callback")
