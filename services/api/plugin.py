"""The takeoff's plug-in for the ledger's server.

Every process with the plug-in imports this module, so each function imports what it needs.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import APIRouter

    from services.api.resources import TakeoffResources
    from task_ledger.server.problems import ProblemError
    from task_ledger.server.projects import ProjectSource
    from task_ledger.server.resources import Resources


def routers() -> "Sequence[APIRouter]":
    """The takeoff's routes."""
    from services.api.routes import (
        changes,
        conditions,
        deletion,
        drawings,
        exports,
        measurements,
        page_scale,
        page_sets,
        page_tasks,
        picking,
        projects,
        revisions,
        takeoffs,
        upload,
    )

    parts = (
        projects, upload, drawings, deletion, page_tasks, page_sets, page_scale, conditions,
        measurements, picking, revisions, changes, exports, takeoffs,
    )  # fmt: skip
    return [part.router for part in parts]


def opened(server: "Resources") -> "AbstractAsyncContextManager[TakeoffResources]":
    """Open the takeoff's resources for the lifetime of the server."""
    from services.api import resources

    return resources.opened(server)


def problems() -> "Mapping[type[Exception], Callable[[Any], ProblemError]]":
    """Problems for the takeoff's errors."""
    from services.api.problems import problem_of
    from takeoff.errors import TakeoffError

    return {TakeoffError: problem_of}


def projects() -> "ProjectSource":
    """The projects created through the API."""
    from services.api.projects import made_projects

    return made_projects
