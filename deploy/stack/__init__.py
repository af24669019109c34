"""Everything that runs on one machine, under one supervisor: what `task-ledger up` calls."""

from deploy.stack.errors import OnReadyFailed, PortTaken, ProcessFailed, StackError
from deploy.stack.process import Process
from deploy.stack.supervisor import Supervisor
from deploy.stack.up import environment, ledger_processes, up

__all__ = [
    "OnReadyFailed",
    "PortTaken",
    "Process",
    "ProcessFailed",
    "StackError",
    "Supervisor",
    "environment",
    "ledger_processes",
    "up",
]
