"""`task-ledger queues`: each queue's waiting tasks and workers."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from task_ledger.cli.connection import connected
from task_ledger.cli.exits import USAGE, CommandFailed
from task_ledger.cli.options import Json
from task_ledger.cli.person import user
from task_ledger.cli.printing import print_json, print_line, print_table, say, shown, time_of
from task_ledger.eventlog.lag import read_lag
from task_ledger.eventlog.queues import (
    MAX_REASON,
    QueueState,
    pause_queue,
    read_queues,
    resume_queue,
)


def queues(
    pause: Annotated[
        str | None, typer.Option(metavar="QUEUE", help="Publish nothing to this queue.")
    ] = None,
    resume: Annotated[
        str | None, typer.Option(metavar="QUEUE", help="End the pause of this queue.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="The reason, for the access log.")] = None,
    json: Json = False,
) -> None:
    """List the queues of all projects; counts at most 1,000 waiting tasks per queue.

    With --pause, messages to a queue wait in the outbox until --resume; messages already at the
    broker are not held. The actor is `cli:` followed by your user name.
    """
    if pause is not None or resume is not None:
        _change(pause, resume, reason, json=json)
        return
    if reason is not None:
        raise CommandFailed("--reason needs --pause or --resume.", USAGE)
    with connected("auditor") as connection:
        found = read_queues(connection, None)
        lag = read_lag(connection)
    if json:
        print_json({"queues": found, "lag_s": lag.oldest_s})
        return
    if lag.events:
        say(f"The list is {lag.events} events ({lag.oldest_s:.1f} s) behind the log.")
    print_table(
        ("queue", "waiting", "since", "later", "blocked", "broker", "workers", ""),
        [
            (
                shown(state.queue),
                f"{state.waiting}{'+' if state.more else ''}",
                time_of(state.first_due_at) if state.first_due_at else "-",
                str(state.later),
                str(state.blocked),
                _depth(state),
                f"{state.workers} ({state.processes})",
                shown(remark(state)),
            )
            for state in found
        ],
    )
    for state in found:
        if state.no_worker:
            print_line(f"No worker consumes the queue {shown(state.queue)}.", "red")
    if not found:
        print_line("no queues")


def remark(state: QueueState) -> str:
    """Describe a queue's problem or pause; empty if there is none."""
    if state.pause is not None:
        return f"paused by {state.pause.by}: {state.pause.reason}"
    return "NO WORKER" if state.no_worker else ""


def _depth(state: QueueState) -> str:
    if state.depth is None or state.depth.messages is None:
        return "-"
    age_s = (datetime.now(UTC) - state.depth.asked_at).total_seconds()
    return f"{state.depth.messages}" + (f" ({age_s:.0f} s ago)" if age_s > 30 else "")


def _change(pause: str | None, resume: str | None, reason: str | None, *, json: bool) -> None:
    queue = pause or resume
    if not queue or (pause is not None and resume is not None):
        raise CommandFailed("Give one of --pause QUEUE and --resume QUEUE.", USAGE)
    if reason is None or not 1 <= len(reason) <= MAX_REASON:
        raise CommandFailed(f"Give a --reason of 1 to {MAX_REASON} characters.", USAGE)
    change = pause_queue if pause is not None else resume_queue
    with connected("api") as connection:
        changed = change(connection, queue, actor=f"cli:{user()}", reason=reason)
    state = "paused" if pause is not None else "not paused"
    if not changed:
        raise CommandFailed(f"The queue {shown(queue)} is already {state}.")
    if json:
        print_json({"queue": queue, "paused": pause is not None})
        return
    print_line(f"The queue {shown(queue)} is {'paused' if pause is not None else 'resumed'}.")
