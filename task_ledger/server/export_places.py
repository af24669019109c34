"""Limiting the number of concurrent exports and evidence packs."""

from collections.abc import Callable

import anyio

from task_ledger.server.problems import ProblemError
from task_ledger.server.resources import EXPORTS_PER_TOKEN, Resources


def take_place(shared: Resources, name: str) -> Callable[[], None]:
    """Take a slot for an export by the token `name`; the response releases it.

    Raises:
        ProblemError: 429, the token's slots are taken; 503, all slots are taken.
    """
    if shared.exporting[name] >= EXPORTS_PER_TOKEN:
        raise ProblemError(
            429,
            "too_many_exports",
            f"This token has {EXPORTS_PER_TOKEN} exports running. Try again when one has ended.",
            {"Retry-After": "10"},
        )
    try:
        shared.exports.acquire_nowait()
    except anyio.WouldBlock:
        raise ProblemError(
            503,
            "too_many_exports",
            "The maximum number of exports is running. Try again when one has ended.",
            {"Retry-After": "10"},
        ) from None
    shared.exporting[name] += 1

    def release() -> None:
        shared.exports.release()
        shared.exporting[name] -= 1
        if not shared.exporting[name]:
            del shared.exporting[name]

    return release
