"""A small application's part in the server: a route, a resource of its own, and an error."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from task_ledger.plugin import Plugin
from task_ledger.server.auth import Caller
from task_ledger.server.problems import ProblemError
from task_ledger.server.resources import Resources, Shared
from task_ledger.server.routes.router import api_router

router = api_router("greetings")


class Hoarse(Exception):
    """No greeting comes out."""


@dataclass
class Voice:
    """What the plugin has open while the server runs."""

    language: str
    closed: bool = False


@router.get("/greetings/{mood}")
async def greet(mood: str, identity: Caller, shared: Shared) -> str:
    """Greet whoever asks."""
    if mood == "hoarse":
        raise Hoarse
    voice: Voice = shared.of("greeter")
    return f"{'Hello' if voice.language == 'en' else 'Hallo'}, {identity.name}"


@asynccontextmanager
async def opened(server: Resources) -> AsyncIterator[Voice]:
    """A voice, for the server's life."""
    assert server.settings.pool_max_size > 0
    voice = Voice("en")
    try:
        yield voice
    finally:
        voice.closed = True


greeter: Final = Plugin(
    name="greeter",
    routers=lambda: [router],
    open=opened,
    problems=lambda: {Hoarse: lambda _: ProblemError(503, "hoarse", "Let it rest. Try later.")},
    views=("greetings",),
)
