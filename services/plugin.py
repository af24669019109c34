"""The takeoff's plug-in for the ledger: `TASK_LEDGER_PLUGINS=services.plugin:takeoff`.

Each part imports what it needs when it is used.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from services.api import plugin as api
from takeoff import SCHEMA_FOLDER
from task_ledger.plugin import Command, Plugin, SchemaFolder

if TYPE_CHECKING:
    from pydantic_settings import BaseSettings

    from task_ledger.local.stack import Process
    from task_ledger.ops.settings import Settings

COMMANDS: Final = (
    Command(
        name="demo",
        function="services.demo.demo:demo",
        panel="Takeoff",
        summary="Upload drawings to a running system and run every kind of task on them, live.",
    ),
    Command(
        name="worker",
        function="services.demo.worker:worker",
        panel="Takeoff",
        summary="Run a Celery worker; unknown options are passed on to Celery.",
        passes_options=True,
    ),
)


def _settings() -> "Sequence[type[BaseSettings]]":
    from services.settings import TakeoffSettings

    return (TakeoffSettings,)


def _processes(settings: "Settings") -> "Sequence[Process]":
    from services.demo.processes import workers

    return workers(settings)


def _welcome(settings: "Settings") -> None:
    from services.demo.sample import show_sample

    show_sample(settings)


takeoff: Final = Plugin(
    name="takeoff",
    settings=_settings,
    routers=api.routers,
    open=api.opened,
    problems=api.problems,
    projects=api.projects,
    views=("drawings",),
    schemas=(SchemaFolder(schema="takeoff", folder=SCHEMA_FOLDER),),
    commands=COMMANDS,
    processes=_processes,
    welcome=_welcome,
)
