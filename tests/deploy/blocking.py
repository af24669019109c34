"""A plug-in whose route blocks the event loop of the api, as a mistake in a plug-in would."""

import time

from fastapi import APIRouter

from task_ledger.plugin import Plugin

router = APIRouter()


@router.post("/block")
async def block(seconds: float) -> None:
    """Block the loop."""
    time.sleep(seconds)  # the mistake


plugin = Plugin(name="blocking", routers=lambda: [router])
