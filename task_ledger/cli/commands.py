"""The commands of `task-ledger` by name, which `--help` lists without importing them."""

from typing import Final

from task_ledger.plugin import Command

RUN: Final = "Run"
READ: Final = "Read"
MAINTAIN: Final = "Maintain"


def _command(panel: str, name: str, summary: str, attribute: str | None = None) -> Command:
    function = f"{__package__}.{name}:{attribute or name}"
    return Command(name=name, function=function, panel=panel, summary=summary)


COMMANDS: Final = (
    _command(RUN, "up", "Run everything on this machine until Ctrl-C."),
    _command(RUN, "api", "Run the HTTP API and the web page."),
    _command(RUN, "projector", "Run the projector: fold, number and publish."),
    _command(RUN, "sealer", "Run the sealer, which signs the log's growth."),
    _command(RUN, "metrics", "Serve metrics to Prometheus, without the API."),
    _command(RUN, "notifier", "Run the notifier, which sends notifications by rules."),
    _command(RUN, "mcp", "Answer an assistant's questions about tasks."),
    Command(
        name="projects",
        function=f"{__package__}.manage_projects:app",
        panel=READ,
        summary="List projects; name, hide and unhide one.",
    ),
    _command(READ, "tasks", "List the tasks of a project or of all, newest first."),
    _command(READ, "failures", "List the failures of a project or of all, grouped."),
    _command(READ, "queues", "List queues with waiting tasks and workers; pause and resume."),
    _command(READ, "workers", "List workers with their queues and running tasks."),
    _command(READ, "schedules", "List beat's schedules with last and next start; start one."),
    _command(READ, "show", "Show one task: its current record and its events."),
    _command(READ, "timeline", "Print a project's events, oldest first."),
    _command(READ, "verify", "Recompute digests and compare timelines with the log."),
    _command(READ, "alive", "Check one service, for health checks of containers.", "app"),
    _command(READ, "export", "Write a project's events to standard output, in timeline order."),
    _command(READ, "evidence", "Write a provable history of a task or project as a zip."),
    Command(
        name="access-log",
        function=f"{__package__}.access_log:access_log",
        panel=READ,
        summary="Print the access log: reads, tokens and sign-ins.",
    ),
    _command(
        MAINTAIN, "adopt", "Check a Celery application before switching it to the ledger.", "app"
    ),
    _command(
        MAINTAIN, "doctor", "Check configuration, versions, roles, the log and its followers."
    ),
    _command(MAINTAIN, "migrate", "Migrate the database to this release."),
    _command(MAINTAIN, "cancel", "Cancel a task."),
    *(
        Command(name=name, function=f"{__package__}.acting:{name}", panel=MAINTAIN, summary=summary)
        for name, summary in (
            ("rerun", "Run an ended task again, as a new task."),
            ("retry", "End the countdown to a task's next attempt."),
            ("comment", "Comment on a task, in its history."),
            ("act", "Cancel, rerun, retry or comment all tasks that a query matches."),
        )
    ),
    _command(MAINTAIN, "erase", "Erase the private data of tasks or events; dry run by default."),
    _command(MAINTAIN, "notify", "Manage notifications: channels, rules, failed ones.", "app"),
    _command(MAINTAIN, "retire", "Archive months and remove them from the database."),
    _command(
        MAINTAIN, "archive", "List, read and verify archives; erase in them; hold months.", "app"
    ),
    _command(MAINTAIN, "rebuild", "Rebuild the read model from the log."),
    _command(MAINTAIN, "repair", "Repair parts of the log, such as the feeds' sequences.", "app"),
    _command(
        MAINTAIN, "seal", "Open a sealed log, inspect it, manage its keys, export seals.", "app"
    ),
    _command(
        MAINTAIN, "token", "Create, list and revoke API tokens, and create sign-in links.", "app"
    ),
)
