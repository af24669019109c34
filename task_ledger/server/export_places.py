"""How many exports and evidence packs are written at the same time."""

from collections.abc import Callable

import anyio

from task_ledger.server.problems import ProblemError
from task_ledger.server.resources import EXPORTS_PER_TOKEN, Resources


def take_place(shared: Resources, name: str) -> Callable[[], None]:
    """Take a place for an export by the token called `name`; the answer gives it back.

    Raises:
        ProblemError: 429, the token has as many as it may; 503, all places are taken.
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
            "As many exports are running as may. Try again when one has ended.",
            {"Retry-After": "10"},
        ) from None
    shared.exporting[name] += 1

    def release() -> None:
        shared.exports.release()
        shared.exporting[name] -= 1
        if not shared.exporting[name]:
            del shared.exporting[name]

    return release
