"""The OpenID Connect provider: its metadata, its keys, and what it says about who signs in."""

import time
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import quote_plus, urlencode, urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet, import_key

from task_ledger.server.oidc.attempt import Attempt
from task_ledger.server.oidc.claims import needed, person_of
from task_ledger.server.oidc.errors import SignInRefused
from task_ledger.server.oidc.fetching import ask
from task_ledger.server.oidc.id_token import UnknownKey, verify
from task_ledger.server.oidc.person import Person
from task_ledger.server.sign_in_settings import SignInSettings, is_safe

METADATA_S: Final = 3600.0
"""Seconds after which metadata and keys that were read for another sign-in are read again."""

KEYS_AGAIN_S: Final = 10.0
"""Seconds between two readings of the keys because of an unknown one."""


@dataclass(frozen=True, slots=True)
class _Metadata:
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    basic: bool
    names_itself: bool
    read_at: float


class Provider:
    """The provider that the settings name. It is asked when somebody signs in, never before.

    Args:
        settings: with an issuer.
        callback: the absolute address of `/sign-in/callback`, as registered with the provider.
    """

    def __init__(self, settings: SignInSettings, callback: str) -> None:
        if settings.oidc_issuer is None or settings.oidc_client_id is None:
            raise ValueError("the settings name no issuer or no client")
        self.settings = settings
        self._issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._callback = callback
        self._known: _Metadata | None = None
        self._keys: KeySet | None = None
        self._keys_read_at = 0.0

    async def address(self, attempt: Attempt) -> str:
        """Where the browser goes to sign in.

        Asks the provider first: a browser that is sent to one that is down has no way back.

        Raises:
            ProviderUnavailable, SignInRefused: its metadata cannot be read.
        """
        known = await self._metadata(now=True)
        query = urlencode(
            {
                "response_type": "code",
                "client_id": self._client_id,
                "redirect_uri": self._callback,
                "scope": self.settings.oidc_scopes,
                "state": attempt.state,
                "nonce": attempt.nonce,
                "code_challenge": attempt.challenge,
                "code_challenge_method": "S256",
            }
        )
        return _with_query(known.authorization_endpoint, query)

    async def sign_out_address(self, to: str) -> str | None:
        """Where a browser ends its session with the provider (OpenID Connect RP-Initiated Logout);
        None if the provider does not offer it.

        Args:
            to: the absolute address to return to.

        Raises:
            ProviderUnavailable, SignInRefused: its metadata cannot be read.
        """
        known = await self._metadata(now=True)
        if known.end_session_endpoint is None:
            return None
        query = urlencode({"client_id": self._client_id, "post_logout_redirect_uri": to})
        return _with_query(known.end_session_endpoint, query)

    async def person(self, attempt: Attempt, code: str, issuer: str | None) -> Person:
        """Redeem an authorization code, and verify who it is for.

        Args:
            attempt: the sign-in that the code answers; the caller has compared its state.
            code: the authorization code.
            issuer: who says that it has answered (RFC 9207), if it says so.

        Raises:
            ProviderUnavailable: it cannot be reached.
            SignInRefused: the code, the token or the claims are not right.
        """
        known = await self._metadata()
        if issuer != self._issuer and (issuer is not None or known.names_itself):
            raise SignInRefused("Another provider has answered. Begin again.")
        tokens = await self._redeem(known, attempt, code)
        id_token = tokens.get("id_token")
        if not isinstance(id_token, str):
            raise SignInRefused("The sign-in provider sends no ID token. Ask for the scope openid.")
        claims = await self._verified(known, id_token, attempt.nonce)
        if known.userinfo_endpoint and not needed(self.settings) <= claims.keys():
            claims = await self._completed(known.userinfo_endpoint, tokens, claims)
        return person_of(claims, self.settings)

    async def _redeem(self, known: _Metadata, attempt: Attempt, code: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback,
            "code_verifier": attempt.verifier,
        }
        secret = self.settings.oidc_client_secret
        basic = None
        if secret is not None and known.basic:
            # Encoded first (RFC 6749, 2.3.1).
            basic = (quote_plus(self._client_id), quote_plus(secret.get_secret_value()))
        else:
            form["client_id"] = self._client_id
            if secret is not None:
                form["client_secret"] = secret.get_secret_value()
        return await self._ask(known.token_endpoint, form=form, basic=basic)

    async def _verified(self, known: _Metadata, token: str, nonce: str) -> dict[str, Any]:
        for again in (False, True):
            keys = await self._keys_of(known, again=again)
            try:
                return verify(
                    token,
                    keys,
                    issuer=self._issuer,
                    client_id=self._client_id,
                    nonce=nonce,
                    leeway_s=self.settings.oidc_leeway_s,
                )
            except UnknownKey:
                if again:
                    raise
        raise AssertionError("unreachable")

    async def _completed(
        self, endpoint: str, tokens: dict[str, Any], claims: dict[str, Any]
    ) -> dict[str, Any]:
        """The claims with those of the UserInfo endpoint that the ID token does not have."""
        token = tokens.get("access_token")
        if not isinstance(token, str):
            return claims
        further = await self._ask(endpoint, bearer=token)
        if further.get("sub") != claims["sub"]:
            raise SignInRefused("The sign-in provider describes somebody else. Begin again.")
        if "email" in claims and further.get("email") != claims["email"]:
            further.pop("email_verified", None)  # it says so of another address
        return further | claims

    async def _metadata(self, *, now: bool = False) -> _Metadata:
        if now or self._known is None or time.monotonic() - self._known.read_at > METADATA_S:
            base = self._issuer.rstrip("/")
            found = await self._ask(f"{base}/.well-known/openid-configuration")
            if found.get("issuer") != self._issuer:
                raise SignInRefused(
                    "The sign-in provider calls itself otherwise than TASK_LEDGER_OIDC_ISSUER. An "
                    "operator must set it to the issuer in the provider's discovery document."
                )
            methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
            before, self._known = (
                self._known,
                _Metadata(
                    _address(found, "authorization_endpoint"),
                    _address(found, "token_endpoint"),
                    _address(found, "jwks_uri"),
                    _optional(found, "userinfo_endpoint"),
                    _optional(found, "end_session_endpoint"),
                    "client_secret_basic" in methods,
                    found.get("authorization_response_iss_parameter_supported") is True,
                    time.monotonic(),
                ),
            )
            if before is None or before.jwks_uri != self._known.jwks_uri:
                self._keys = None
        return self._known

    async def _keys_of(self, known: _Metadata, *, again: bool) -> KeySet:
        age = time.monotonic() - self._keys_read_at
        if self._keys is None or age > METADATA_S or (again and age >= KEYS_AGAIN_S):
            found = await self._ask(known.jwks_uri)
            keys = (_key(each) for each in cast("list[Any]", found.get("keys") or []))
            self._keys = KeySet([key for key in keys if key is not None])
            self._keys_read_at = time.monotonic()
        return self._keys

    async def _ask(self, url: str, **how: Any) -> dict[str, Any]:
        return await ask(url, timeout_s=self.settings.oidc_timeout_s, **how)


def _key(data: Any) -> Key | None:
    """The key; None for one that signs nothing, or cannot be read (RFC 7517, 5: ignored)."""
    try:
        return None if data.get("use") == "enc" else import_key(data)
    except (JoseError, ValueError, TypeError, AttributeError, KeyError):
        return None


def _with_query(url: str, query: str) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{query}"


def _address(found: dict[str, Any], name: str) -> str:
    url = _optional(found, name)
    if url is None:
        raise SignInRefused(f"The sign-in provider's discovery document has no {name}.")
    return url


def _optional(found: dict[str, Any], name: str) -> str | None:
    url = found.get(name)
    if url is None:
        return None
    if not isinstance(url, str) or not is_safe(url):
        raise SignInRefused(
            f"The sign-in provider's {name} is no address with TLS. Tell its operator."
        )
    return url
