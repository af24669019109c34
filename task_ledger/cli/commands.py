"""The commands of `task-ledger` by name: what `--help` lists without importing any of them."""

from typing import Final

from task_ledger.plugin import Command

RUN: Final = "Run"
READ: Final = "Read"
KEEP: Final = "Keep"


def _command(panel: str, name: str, summary: str, attribute: str | None = None) -> Command:
    function = f"{__package__}.{name}:{attribute or name}"
    return Command(name=name, function=function, panel=panel, summary=summary)


COMMANDS: Final = (
    _command(RUN, "up", "Start everything on this machine and stop it again on Ctrl-C."),
    _command(RUN, "api", "Run the HTTP API and the web page."),
    _command(RUN, "projector", "Run the projector, which folds, numbers and publishes."),
    _command(RUN, "sealer", "Run the sealer, which signs that the log only ever grows."),
    _command(READ, "tasks", "List a project's tasks, the newest first."),
    _command(READ, "show", "Show one task: its record, which is always fresh, and its events."),
    _command(READ, "timeline", "Print a project's events, oldest first."),
    _command(READ, "verify", "Recompute every digest, and compare the timelines with the log."),
    _command(READ, "export", "Write a project's events to standard output, in timeline order."),
    _command(READ, "evidence", "Write what happened to a task or in a project as a provable zip."),
    Command(
        name="access-log",
        function=f"{__package__}.access_log:access_log",
        panel=READ,
        summary="Print who read what, and who was let in.",
    ),
    _command(KEEP, "doctor", "Check configuration, versions, roles, the log and its followers."),
    _command(KEEP, "migrate", "Bring the database up to date."),
    _command(KEEP, "cancel", "Ask for a task to be cancelled."),
    _command(KEEP, "rebuild", "Fold every task's record anew from the log."),
    _command(KEEP, "repair", "Repair parts of the log, such as the feeds' sequences.", "app"),
    _command(KEEP, "seal", "Open a sealed log, look at it, its keys and projects' seals.", "app"),
    _command(
        KEEP, "token", "Make, list and revoke tokens of the HTTP API, and links to it.", "app"
    ),
)
