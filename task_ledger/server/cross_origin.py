"""Pages of other origins that may ask the API."""

from collections.abc import Sequence
from typing import Final

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

METHODS: Final = ("GET", "POST")
REQUEST_HEADERS: Final = ("Authorization", "Content-Type", "If-None-Match", "Last-Event-ID")
ANSWER_HEADERS: Final = ("ETag", "Retry-After")
"""What a page may read of an answer, besides what every page may."""

KEEP_S: Final = 600
"""How long a browser may keep the answer to a preflight request."""


def allow(app: FastAPI, origins: Sequence[str]) -> None:
    """Let pages of these origins ask `app` with a token, and read what it answers, errors too.

    Never with the session's cookie, which stays with the ledger's own page.
    Source: WHATWG, Fetch, CORS protocol.

    Args:
        origins: `scheme://host:port` each, exactly as a browser sends it.
    """
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(origins),
        allow_methods=list(METHODS),
        allow_headers=list(REQUEST_HEADERS),
        expose_headers=list(ANSWER_HEADERS),
        allow_credentials=False,
        max_age=KEEP_S,
    )
