"""A read-only client of the ledger's HTTP API."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self, cast

import httpx2

_TIMEOUT_S: Final = 30.0


class ApiRefused(Exception):
    """The API refused or failed a request; the text says why and what to do."""


class LedgerApi:
    """Reads from a ledger's server, limited to the token's projects.

    Args:
        server: the server's address, without `/api/v1`.
        token: a token of the ledger; `viewer` is enough.
    """

    def __init__(self, server: str, token: str) -> None:
        self._client = httpx2.AsyncClient(
            base_url=f"{server.rstrip('/')}/api/v1/",
            headers={"Authorization": f"Bearer {token}"},
            timeout=_TIMEOUT_S,
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def get(self, path: str, parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """GET a path and return its JSON; parameters that are None are left out.

        Raises:
            ApiRefused: the server cannot be reached, or refused the request.
        """
        given = {name: value for name, value in (parameters or {}).items() if value is not None}
        try:
            answer = await self._client.get(path, params=given)
        except httpx2.HTTPError as error:
            raise ApiRefused(f"The ledger's server cannot be reached: {error}") from error
        try:
            body = cast("object", answer.json())
        except ValueError as error:
            raise ApiRefused(f"The server answered {answer.status_code} without JSON.") from error
        if not isinstance(body, dict):
            raise ApiRefused(f"The server answered {answer.status_code} without a JSON object.")
        values = cast("dict[str, Any]", body)
        if not answer.is_success:
            raise ApiRefused(f"The ledger refused ({answer.status_code}): {values.get('detail')}")
        return values
