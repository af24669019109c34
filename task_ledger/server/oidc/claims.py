"""What a provider's claims say about a person: name, role and projects."""

from collections.abc import Mapping
from typing import Any, cast

from task_ledger.access import Identity, InvalidIdentity, Role
from task_ledger.server.oidc.errors import SignInRefused
from task_ledger.server.oidc.person import Person
from task_ledger.server.sign_in_settings import ALL, SignInSettings

MAX_PROJECTS = 1000


def needed(settings: SignInSettings) -> set[str]:
    """The top-level claims that the settings name, and whether an email that names is verified."""
    named = (settings.oidc_name_claim, settings.oidc_roles_claim, settings.oidc_projects_claim)
    tops = {name if name.startswith("http") else name.split(".")[0] for name in named if name}
    return tops | ({"email_verified"} if settings.oidc_name_claim == "email" else set())


def person_of(claims: Mapping[str, Any], settings: SignInSettings) -> Person:
    """The person that verified claims describe.

    Raises:
        SignInRefused: a claim is missing or unusable, or gives no role or no project.
    """
    subject = claims["sub"]
    printable = isinstance(subject, str) and subject.isprintable()
    if not printable or not 0 < len(subject.encode()) <= 255:
        raise SignInRefused("The sign-in provider gives no usable id for you (the claim sub).")
    name = _name(claims, settings)
    try:
        identity = Identity(name, _role(claims, settings), _projects(claims, settings))
    except InvalidIdentity as error:
        raise SignInRefused(
            f"The claim {settings.oidc_name_claim} cannot be your name here: {error}."
        ) from error
    return Person(str(claims["iss"]), subject, identity)


def _name(claims: Mapping[str, Any], settings: SignInSettings) -> str:
    claim = settings.oidc_name_claim
    found = claims.get(claim)
    if not isinstance(found, str) or not found.strip():
        raise SignInRefused(
            f"The sign-in provider does not say your name (the claim {claim}). An operator can "
            "name another claim with TASK_LEDGER_OIDC_NAME_CLAIM, or ask for more scopes."
        )
    if claim == "email" and claims.get("email_verified") is not True:
        raise SignInRefused("The sign-in provider has not verified your email address.")
    return found.strip()


def _role(claims: Mapping[str, Any], settings: SignInSettings) -> Role:
    values = _values(claims, settings.oidc_roles_claim)
    for value, role in settings.roles():
        if value in (ALL, *values):
            return role
    raise SignInRefused(
        f"You are signed in at the provider, but nothing in the claim {settings.oidc_roles_claim} "
        "gives you a role here. Ask an operator (TASK_LEDGER_OIDC_ROLES)."
    )


def _projects(claims: Mapping[str, Any], settings: SignInSettings) -> frozenset[str] | None:
    if settings.oidc_projects_claim is None:
        return None
    values = _values(claims, settings.oidc_projects_claim)
    pairs = settings.projects()
    found = (
        set(values)
        if pairs is None
        else {project for value, project in pairs if value in (ALL, *values)}
    )
    if ALL in found and pairs is not None:
        return None
    if not found or len(found) > MAX_PROJECTS:
        raise SignInRefused(
            f"You are signed in at the provider, but the claim {settings.oidc_projects_claim} "
            f"gives you no project here, or more than {MAX_PROJECTS}. Ask an operator."
        )
    return frozenset(found)


def _values(claims: Mapping[str, Any], path: str) -> list[str]:
    """The printable texts at a path: one, or a list. A claim named by a URL may have dots."""
    found: Any = claims.get(path)
    if found is None and not path.startswith("http"):
        found = claims
        for part in path.split("."):
            found = cast("Mapping[str, Any]", found).get(part) if isinstance(found, dict) else None
    many = cast("list[Any]", found) if isinstance(found, list) else [found]
    return [each for each in many if isinstance(each, str) and each and each.isprintable()]
