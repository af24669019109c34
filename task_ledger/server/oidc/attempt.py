"""One sign-in under way in one browser.

Everything that the flow has to remember follows from one secret in the browser's cookie, so nobody
who is not signed in writes to the database, and any process of the API can finish the sign-in.
"""

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as InvalidBase64
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Final

from task_ledger.server.oidc.errors import SignInRefused
from task_ledger.server.return_path import FIRST, is_local

LIFETIME_S: Final = 900
"""Seconds that a person may take to sign in."""

_WRITTEN: Final = re.compile(r"([A-Za-z0-9_-]{43})\.([A-Za-z0-9_=-]{0,4000})", re.ASCII)


@dataclass(frozen=True, slots=True, repr=False)
class Attempt:
    """A sign-in under way.

    Attributes:
        secret: 256 random bits, in base64url.
        to: the path to return to; see `task_ledger.server.return_path`.
    """

    secret: str
    to: str = FIRST

    @property
    def state(self) -> str:
        """Ties the provider's answer to this browser."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """Ties the ID token to this sign-in."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """The code verifier of PKCE (RFC 7636), which redeems the authorization code."""
        return self._derived("verifier")

    @property
    def challenge(self) -> str:
        """The code challenge of `verifier`, with the method S256."""
        return _base64(sha256(self.verifier.encode()).digest())

    def cookie(self) -> str:
        """The attempt as the value of a cookie."""
        return f"{self.secret}.{urlsafe_b64encode(self.to.encode()).decode()}"

    def is_answered_by(self, state: str) -> bool:
        """Whether the provider's answer has this attempt's state."""
        return compare_digest(self.state.encode(), state.encode(errors="replace"))

    def _derived(self, purpose: str) -> str:
        return _base64(digest(self.secret.encode(), purpose.encode(), "sha256"))


def begin(to: str) -> Attempt:
    """A new attempt, which returns to the path `to`."""
    return Attempt(secrets.token_urlsafe(32), to)


def read(cookie: str | None) -> Attempt:
    """The attempt in a cookie.

    Raises:
        SignInRefused: there is none, or it is not one that `Attempt.cookie` has written.
    """
    written = _WRITTEN.fullmatch(cookie or "")
    if written is None:
        raise SignInRefused(
            "No sign-in is under way in this browser, or it took too long. Begin again."
        )
    try:
        to = urlsafe_b64decode(written[2]).decode()
    except (InvalidBase64, UnicodeDecodeError) as error:
        raise SignInRefused("The sign-in's cookie cannot be read. Begin again.") from error
    return Attempt(written[1], to if is_local(to) else FIRST)


def _base64(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode().rstrip("=")
