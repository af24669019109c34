"""Verifying ID tokens (OpenID Connect Core 1.0, 3.1.3.7)."""

from typing import Any, Final, cast

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from task_ledger.server.oidc.errors import SignInRefused

ALGORITHMS: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519",
    "EdDSA",
)  # fmt: skip
"""Accepted signatures: public keys only, so no published key can sign as if it were a secret."""


class UnknownKey(SignInRefused):
    """The token is signed with a key that is not among the provider's known ones."""


def verify(
    token: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, leeway_s: int
) -> dict[str, Any]:
    """The claims of an ID token.

    Args:
        keys: the provider's public keys.
        issuer, client_id, nonce: what the token must be from, for, and an answer to.
        leeway_s: seconds by which the provider's clock may differ, for `exp`, `iat` and `nbf`.

    Raises:
        UnknownKey: the provider may have changed its keys.
        SignInRefused: the signature or a claim is not right.
    """
    try:
        claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            leeway=leeway_s,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(claims)
    except InvalidKeyIdError as error:
        raise UnknownKey("The sign-in provider signs with a key that it does not publish.") from (
            error
        )
    except ExpiredTokenError as error:
        raise SignInRefused(
            "The sign-in provider's token has expired. Begin again; if it stays, compare the "
            "clocks of both servers."
        ) from error
    except (JoseError, ValueError) as error:
        raise SignInRefused(
            f"The sign-in provider's token is not valid ({type(error).__name__}). Begin again."
        ) from error
    if claims.get("nonce") != nonce:
        raise SignInRefused("The sign-in provider's token answers another sign-in. Begin again.")
    audience = cast("str | list[str]", claims["aud"])
    many = isinstance(audience, list) and len(audience) > 1
    if claims.get("azp", None if many else client_id) != client_id:
        raise SignInRefused("The sign-in provider's token is for another application.")
    return claims
