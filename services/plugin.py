"""The construction takeoff, as a plugin of the ledger's processes."""

from typing import Final

from services.api import plugin as api
from task_ledger.plugin import Plugin

takeoff: Final = Plugin(
    name="takeoff",
    routers=api.routers,
    open=api.opened,
    problems=api.problems,
    projects=api.projects,
    views=("drawings",),
)
