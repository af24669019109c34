"""Re-read old events in turn, to detect changes far from the end of a timeline."""

from dataclasses import dataclass

from task_ledger.sealer.errors import SealRefused
from task_ledger.sealer.merkle import Frontier
from task_ledger.sealer.project_trees import BATCH, numbered_leaves
from task_ledger.sealer.source import Source, Stretch
from task_ledger.sealer.state import State


@dataclass(slots=True)
class _Turn:
    """A project whose events are being re-read.

    Attributes:
        goal: its tree's edge when the turn began.
        frontier: the edge reached so far.
    """

    project_id: str
    goal: Frontier
    frontier: Frontier

    def read(self, source: Source, limit: int) -> int:
        """Read at most `limit` further events; returns how many were read."""
        return _read([(self, min(self.goal.size, self.frontier.size + limit))], source)


def recheck(state: State, source: Source, budget: int, now: int) -> int:
    """Continue re-reading every project's events from the first one.

    A project is checked up to the events read when its turn began. After all projects, a cycle
    ends; the next call starts another.

    Args:
        budget: maximum number of events to read; 0 does nothing.

    Returns: number of events read.

    Raises:
        SealRefused: a project's events differ from the sealed ones; its check starts again.
        LedgerUnavailable, StateUnavailable.
    """
    if budget <= 0:
        return 0
    began_at, events = state.one("SELECT began_at, events FROM recheck")
    began_at, turn = began_at or now, _kept(state)
    checked, finished = 0, False
    while checked < budget and not finished:
        batch: list[tuple[_Turn, int]] = []
        room = min(BATCH, budget - checked)
        while room:
            if turn is None or (batch and batch[-1][1] == turn.goal.size) or _done(turn):
                turn = _next(state, turn)
            if turn is None:
                finished = True
                break
            upto = min(turn.goal.size, turn.frontier.size + room)
            batch.append((turn, upto))
            room -= upto - turn.frontier.size
        try:
            checked += _read(batch, source)
        except SealRefused:
            state.execute("UPDATE recheck SET goal = 0, goal_edge = x'', size = 0, frontier = x''")
            raise
    if finished or turn is None:
        state.execute(
            "UPDATE recheck SET project_id = NULL, goal = 0, goal_edge = x'', size = 0,"
            " frontier = x'', began_at = NULL, finished_at = ?, took_s = ?, events = 0",
            now,
            now - began_at,
        )
    else:
        state.execute(
            "UPDATE recheck SET project_id = ?, goal = ?, goal_edge = ?, size = ?, frontier = ?,"
            " began_at = ?, events = ?",
            turn.project_id,
            turn.goal.size,
            turn.goal.to_bytes(),
            turn.frontier.size,
            turn.frontier.to_bytes(),
            began_at,
            events + checked,
        )
    return checked


def examine(state: State, source: Source, project_id: str) -> None:
    """Re-read all events of a project.

    Raises:
        SealRefused: they differ from the sealed ones.
        LedgerUnavailable, StateUnavailable.
    """
    row = state.one("SELECT size, frontier FROM project WHERE project_id = ?", project_id)
    turn = _Turn(project_id, Frontier.from_bytes(*row), Frontier())
    while not _done(turn):
        turn.read(source, BATCH)


def _kept(state: State) -> _Turn | None:
    project_id, goal, goal_edge, size, edge = state.one(
        "SELECT project_id, goal, goal_edge, size, frontier FROM recheck"
    )
    if project_id is None:
        return None
    return _Turn(project_id, Frontier.from_bytes(goal, goal_edge), Frontier.from_bytes(size, edge))


def _next(state: State, turn: _Turn | None) -> _Turn | None:
    after = turn and turn.project_id
    row = state.one(
        "SELECT project_id, size, frontier FROM project"
        " WHERE ? IS NULL OR project_id > ? ORDER BY project_id LIMIT 1",
        after,
        after,
    )
    return row and _Turn(row[0], Frontier.from_bytes(row[1], row[2]), Frontier())


def _done(turn: _Turn) -> bool:
    return turn.frontier.size == turn.goal.size


def _read(batch: list[tuple[_Turn, int]], source: Source) -> int:
    """Read each turn's events up to a number, and compare the trees of finished turns."""
    rows = iter(
        source.rows(Stretch(turn.project_id, turn.frontier.size, upto) for turn, upto in batch)
    )
    read = 0
    for turn, upto in batch:
        first = turn.frontier.size + 1
        turn.frontier.extend(numbered_leaves(rows, turn.project_id, first, upto))
        read += upto - first + 1
        if _done(turn):
            _compare(turn)
    return read


def _compare(turn: _Turn) -> None:
    for (first, end, root), (_, _, known) in zip(
        turn.frontier.subtrees(), turn.goal.subtrees(), strict=True
    ):
        if root != known:
            raise SealRefused(
                f"at least one of the events {first + 1} to {end} differs from the sealed one",
                turn.project_id,
            )
