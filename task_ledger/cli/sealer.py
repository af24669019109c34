"""`task-ledger sealer`: replace this process by the sealer."""

from task_ledger.cli.exits import USAGE, CommandFailed
from task_ledger.cli.seal_files import log_location
from task_ledger.cli.spawn import become, settings_of


def sealer() -> None:
    """Run the sealer, which signs that the log only grows. If several run, one is active.

    Create its state and key first with `task-ledger seal open`.
    """
    told = settings_of("sealer", broker=False)
    location = log_location(told)
    if not location.state.exists():
        raise CommandFailed(
            f"{location.state} does not exist: open a log with `task-ledger seal open NAME`, or "
            "restore the state.",
            USAGE,
        )
    become("task_ledger.sealer")
