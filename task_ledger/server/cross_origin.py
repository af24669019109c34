"""Access to the API for pages of other origins."""

from collections.abc import Sequence
from typing import Final

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

METHODS: Final = ("GET", "POST")
REQUEST_HEADERS: Final = ("Authorization", "Content-Type", "If-None-Match", "Last-Event-ID")
ANSWER_HEADERS: Final = ("ETag", "Retry-After")
"""Response headers that a page may read, besides those that every page may."""

KEEP_S: Final = 600
"""Seconds for which a browser may cache the response to a preflight request."""


def allow(app: FastAPI, origins: Sequence[str]) -> None:
    """Let pages of these origins call `app` with a token, and read its responses, including errors.

    The session's cookie is never accepted; it is for the ledger's own page only.
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
