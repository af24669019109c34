"""`task-ledger notifier`: replace this process by the notifier."""

from task_ledger.cli.spawn import become, settings_of


def notifier() -> None:
    """Run the notifier, which sends notifications by the rules of `task-ledger notify`. Several may
    run."""
    settings_of("notifier", broker=False)
    become("task_ledger.notifier")
