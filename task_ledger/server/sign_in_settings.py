"""The API's settings for signing in through an OpenID Connect provider.

Every value comes from an environment variable named ``TASK_LEDGER_<FIELD>``.
"""

from datetime import timedelta
from ipaddress import ip_address
from typing import Final, cast
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from task_ledger.access import ROLES, Role
from task_ledger.ops.environment import FROM_ENVIRONMENT

ALL: Final = "*"
"""In a mapping, every value of a claim, also none; among projects, all of them."""


class SignInSettings(BaseSettings):
    """The settings of sign-in, read from the environment on creation.

    Raises ``pydantic.ValidationError`` for an invalid value; its text names the field and never
    the value.
    """

    model_config = FROM_ENVIRONMENT

    oidc_issuer: str | None = Field(
        default=None,
        description="Address of the OpenID Connect provider that people sign in with, as its "
        "discovery document has it. Needs page_url. Default: tokens and links only.",
    )
    oidc_client_id: str | None = Field(
        default=None, description="Id under which the page is registered with the provider."
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="The client's secret. Default: a public client, with PKCE alone."
    )
    oidc_label: str | None = Field(
        default=None,
        description="What the sign-in page calls the provider. Default: the issuer's host.",
    )
    oidc_scopes: str = Field(
        default="openid email profile",
        description="Scopes to ask for, separated by spaces.",
    )
    oidc_name_claim: str = Field(
        default="email",
        description="Claim with the name under which a person's actions are recorded. An email "
        "that the provider has not verified is refused.",
    )
    oidc_roles_claim: str = Field(
        default="groups",
        description="Claim with the values that roles are given for; a dot leads into an object, "
        "as in realm_access.roles.",
    )
    oidc_roles: str | None = Field(
        default=None,
        description="Roles by value of that claim, as value=role, comma-separated; the first pair "
        "that matches decides, and *=role matches everybody. Who matches none is refused.",
    )
    oidc_projects_claim: str | None = Field(
        default=None,
        description="Claim with the values that projects are given for. Default: all projects.",
    )
    oidc_projects: str | None = Field(
        default=None,
        description="Projects by value of that claim, as value=project, comma-separated; "
        "value=* gives all. Default: each value is a project's id.",
    )
    oidc_session_hours: float = Field(
        default=12.0,
        gt=0,
        le=720,
        description="Hours after which a person must sign in again, with new role and projects.",
    )
    oidc_leeway_s: int = Field(
        default=60,
        ge=0,
        le=300,
        description="Seconds by which the provider's clock may differ from the API's.",
    )
    oidc_timeout_s: float = Field(
        default=10.0,
        gt=0,
        le=25,
        description="Seconds after which a provider that has not answered counts as unreachable.",
    )

    @field_validator("oidc_issuer")
    @classmethod
    def _is_issuer(cls, value: str | None) -> str | None:
        if value is not None and not is_safe(value):
            raise ValueError("must be https://…, or http://… on this machine")
        return value

    @field_validator("oidc_scopes")
    @classmethod
    def _has_openid(cls, value: str) -> str:
        if "openid" not in value.split():
            raise ValueError("must have openid among the scopes")
        return value

    @field_validator("oidc_roles")
    @classmethod
    def _are_roles(cls, value: str | None) -> str | None:
        if any(role not in ROLES for _, role in _pairs(value)):
            raise ValueError(f"must be value=role, with a role of {', '.join(ROLES)}")
        return value

    @field_validator("oidc_projects")
    @classmethod
    def _are_projects(cls, value: str | None) -> str | None:
        _pairs(value)
        return value

    @model_validator(mode="after")
    def _is_complete(self) -> "SignInSettings":
        if self.oidc_issuer is not None and (self.oidc_client_id is None or not self.oidc_roles):
            raise ValueError("oidc_issuer needs oidc_client_id and oidc_roles")
        if self.oidc_projects is not None and self.oidc_projects_claim is None:
            raise ValueError("oidc_projects needs oidc_projects_claim")
        return self

    @property
    def label(self) -> str:
        """What the sign-in page calls the provider."""
        return self.oidc_label or urlsplit(self.oidc_issuer or "").hostname or ""

    @property
    def lifetime(self) -> timedelta:
        """How long a person's session lasts."""
        return timedelta(hours=self.oidc_session_hours)

    def roles(self) -> list[tuple[str, Role]]:
        """Values of the claim of roles, and the role of each, in the order given."""
        return [(value, cast("Role", role)) for value, role in _pairs(self.oidc_roles)]

    def projects(self) -> list[tuple[str, str]] | None:
        """Values of the claim of projects, and a project of each; None if they are projects."""
        return None if self.oidc_projects is None else _pairs(self.oidc_projects)


def is_safe(url: str) -> bool:
    """Whether the provider may be asked at this address: by TLS, or on this machine."""
    parts = urlsplit(url)
    if parts.username is not None or parts.fragment or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname))


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _pairs(text: str | None) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for each in (text or "").split(","):
        if each.strip():
            # The last sign: a value may be a name of LDAP, such as cn=ops.
            value, _, given = each.rpartition("=")
            if not value.strip() or not given.strip():
                raise ValueError("must be value=…, comma-separated")
            found.append((value.strip(), given.strip()))
    return found
