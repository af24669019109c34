"""The takeoff backend's application as a process of its own."""

from functools import partial

from tests.task_ledger.server import processes

serving = partial(processes.serving, application="services.api.app:serve")
