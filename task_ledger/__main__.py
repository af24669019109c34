"""The command line, as `python -m task_ledger`: for where no scripts are on the path."""

from task_ledger.cli.main import app

app(prog_name="task-ledger")
