"""Runs everything on one machine under one supervisor, for `task-ledger up`."""

from task_ledger.local.stack.errors import OnReadyFailed, PortTaken, ProcessFailed, StackError
from task_ledger.local.stack.process import Process
from task_ledger.local.stack.supervisor import Supervisor
from task_ledger.local.stack.up import (
    environment,
    ledger_processes,
    notifier_process,
    sealer_process,
    up,
)

__all__ = [
    "OnReadyFailed",
    "PortTaken",
    "Process",
    "ProcessFailed",
    "StackError",
    "Supervisor",
    "environment",
    "ledger_processes",
    "notifier_process",
    "sealer_process",
    "up",
]
