"""A client of the HTTP API."""

import json
import secrets
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from task_ledger.cli.exits import UNREACHABLE, CommandFailed

_WAIT_S: Final = 30.0


class Refused(CommandFailed):
    """The API answered with an error. `answer` is its HTTP status."""

    def __init__(self, answer: int, what: str) -> None:
        super().__init__(what)
        self.answer = answer


class ApiClient:
    """The API at one address, used with one token.

    Args:
        address: `http://host:port`.
        token: the bearer token; never shown.
    """

    def __init__(self, address: str, token: str) -> None:
        self.address = address
        self._token = token

    def get(self, path: str) -> Any:
        """Get a path below `/api/v1`, and return the response's JSON.

        Raises:
            Refused: the API responded with an error.
            CommandFailed: no response.
        """
        return self._ask(path)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Send JSON. Returns and raises as `get`."""
        return self._ask(path, json.dumps(body).encode(), "application/json")

    def upload(self, path: str, name: str, content: bytes, content_type: str) -> Any:
        """Send one file as the form field `file`. Returns and raises as `get`.

        Args:
            name: the file's name, in ASCII.
        """
        boundary = secrets.token_hex(16)
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            f"Content-Type: {content_type}\r\n\r\n"
        )
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        return self._ask(path, body, f"multipart/form-data; boundary={boundary}")

    def _ask(self, path: str, body: bytes | None = None, content_type: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"}
        if content_type is not None:
            headers["Content-Type"] = content_type
        request = Request(f"{self.address}/api/v1{path}", body, headers)  # noqa: S310 - it is http
        try:
            # Ignore proxy settings: the API is on this machine.
            with build_opener(ProxyHandler({})).open(request, timeout=_WAIT_S) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise Refused(
                error.code, f"{request.get_method()} {request.selector}: {_told(error)}"
            ) from error
        except (URLError, OSError, HTTPException) as error:
            reason = error.reason if isinstance(error, URLError) else error
            raise CommandFailed(
                f"The API at {self.address} cannot be reached ({reason}). Start it with"
                " `task-ledger up` or `task-ledger api`.",
                UNREACHABLE,
            ) from error


def _told(error: HTTPError) -> str:
    try:
        problem = json.load(error)
        return f"{error.code} {problem['title']} {problem.get('detail', '')}".strip()
    except (ValueError, KeyError, TypeError, OSError):
        return f"{error.code} {error.reason}"
