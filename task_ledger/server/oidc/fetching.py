"""Asking the provider, with limits: no redirects, bounded time and size, TLS unless it is local."""

import json
from collections.abc import Mapping
from typing import Any, Final, cast

import anyio
import httpx2

from task_ledger.server.oidc.errors import ProviderUnavailable, SignInRefused
from task_ledger.server.sign_in_settings import is_safe

MAX_BYTES: Final = 1024 * 1024

_AWAY: Final = "The sign-in provider cannot be reached. Try again in a minute."


async def ask(
    url: str,
    *,
    timeout_s: float,
    form: Mapping[str, str] | None = None,
    basic: tuple[str, str] | None = None,
    bearer: str | None = None,
) -> dict[str, Any]:
    """The provider's answer, a JSON object.

    Args:
        url: where to ask; https, or http on this machine.
        timeout_s: seconds after which all of it has to be over.
        form: posted as a form. Default: GET.
        basic: name and password, sent as HTTP Basic.
        bearer: an access token.

    Raises:
        ProviderUnavailable: it cannot be reached, is late, or has an error of its own (5xx, 429).
        SignInRefused: it refuses, redirects, or answers with something else.
    """
    if not is_safe(url):
        raise SignInRefused("The sign-in provider names an address without TLS. Tell its operator.")
    headers = {"Accept": "application/json"}
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"
    try:
        with anyio.fail_after(timeout_s):
            async with (
                httpx2.AsyncClient(follow_redirects=False, timeout=timeout_s) as client,
                client.stream(
                    "GET" if form is None else "POST",
                    url,
                    data=dict(form) if form is not None else None,
                    headers=headers,
                    auth=basic,
                ) as answer,
            ):
                body = await _limited(answer)
    except (TimeoutError, httpx2.TransportError) as error:
        raise ProviderUnavailable(_AWAY) from error
    except (httpx2.DecodingError, httpx2.InvalidURL) as error:
        raise SignInRefused("The sign-in provider's answer cannot be read.") from error
    if answer.status_code >= 500 or answer.status_code == 429:
        raise ProviderUnavailable(_AWAY)
    if answer.status_code != 200:
        raise SignInRefused(
            f"The sign-in provider answered with status {answer.status_code}"
            f"{_reason(body)}. Begin again; if it stays, tell its operator."
        )
    return _object(body)


async def _limited(answer: httpx2.Response) -> bytes:
    body = b""
    async for part in answer.aiter_bytes():
        body += part
        if len(body) > MAX_BYTES:
            raise SignInRefused("The sign-in provider's answer is too large.")
    return body


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise SignInRefused("The sign-in provider's answer is not JSON.") from error
    if not isinstance(found, dict):
        raise SignInRefused("The sign-in provider's answer is not a JSON object.")
    return cast("dict[str, Any]", found)


def _reason(body: bytes) -> str:
    """The error's code (RFC 6749, 5.2), never its description, which may hold anything."""
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    code = cast("dict[str, Any]", found).get("error") if isinstance(found, dict) else None
    known = isinstance(code, str) and code.replace("_", "").isalnum() and len(code) <= 60
    return f", {code}" if known else ""
