"""Output of trees of work: each first task with the state of its tree."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from task_ledger.cli.printing import print_table, shown, status_of, time_of
from task_ledger.eventlog.tree_state import TreeState
from task_ledger.model.record import TaskRecord
from task_ledger.model.transitions import Status


def print_trees(
    firsts: Sequence[TaskRecord], states: Mapping[UUID, TreeState], *, with_project: bool
) -> None:
    """Print a table of trees, each with its worst status and the number of its tasks by status."""
    print_table(
        (
            *(("project",) if with_project else ()),
            *("first task", "worst", "name", "tasks", "by status", "created", "running or ended"),
        ),
        [
            (
                *((shown(first.project_id),) if with_project else ()),
                str(first.task_id),
                status_of(states[first.task_id].worst or first.status),
                shown(first.task_name),
                _tasks(states[first.task_id]),
                _by_status(states[first.task_id]),
                time_of(first.created_at),
                _when(states[first.task_id]),
            )
            for first in firsts
        ],
    )


def trees_as_json(states: Mapping[UUID, TreeState]) -> dict[str, dict[str, Any]]:
    """The states by the first task's id, with their worst status."""
    return {
        str(task_id): {
            "worst": state.worst,
            "by_status": state.by_status,
            "more": state.more,
            "running_since": state.running_since,
            "last_end": state.last_end,
        }
        for task_id, state in states.items()
    }


def _tasks(state: TreeState) -> str:
    return f"{sum(state.by_status.values())}{'+' if state.more else ''}"


def _by_status(state: TreeState) -> str:
    found = ((status, state.by_status.get(status)) for status in Status)
    return ", ".join(f"{count} {status}" for status, count in found if count)


def _when(state: TreeState) -> str:
    if state.running_since is not None:
        return f"running since {time_of(state.running_since)}"
    if not state.has_ended:
        return "not started"
    # Those that are not counted may run.
    counted = f"first {sum(state.by_status.values())} " if state.more else ""
    return f"{counted}ended {time_of(state.last_end)}"
