"""Sign webhooks by the Standard Webhooks specification (standardwebhooks.com)."""

import base64
import binascii
import hmac
import secrets
from typing import Final

_PREFIX: Final = "whsec_"


def new_secret() -> str:
    """A new secret of 32 random octets, in the form that receivers' libraries accept."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """Decode a secret into the signing key.

    Raises:
        ValueError: it is not `whsec_` followed by 24 to 64 octets in base64.
    """
    if not secret.startswith(_PREFIX):
        raise ValueError(f"a secret begins with {_PREFIX}")
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError(f"what follows {_PREFIX} is not base64") from None
    if not 24 <= len(key) <= 64:
        raise ValueError("a secret has 24 to 64 octets")
    return key


def signed_headers(secret: str, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of a signed message.

    Args:
        message_id: the same at each try, so that the receiver can detect duplicates.
        timestamp: of this try, POSIX seconds.
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(key_of(secret), signed, "sha256")).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }
