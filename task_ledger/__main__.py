"""The command line as `python -m task_ledger`, for environments without scripts on the path."""

from task_ledger.cli.main import app

app(prog_name="task-ledger")
