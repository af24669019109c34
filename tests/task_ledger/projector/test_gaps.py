"""Gaps: nothing that becomes visible is missed, nothing that cannot is remembered for long."""

import json
from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from task_ledger.projector.gaps import Gap, Position, Snapshot, gaps_of

QUIET = Snapshot(own=10, xmin=10, xmax=10)


def test_the_cursor_moves_to_the_highest_number_and_what_is_missing_is_remembered() -> None:
    after = Position(3).advanced([5, 8, 4], 8, QUIET)
    assert after == Position(8, (Gap(6, 7, None),))


def test_a_hole_is_fenced_by_the_next_tick_and_dropped_when_its_writer_must_have_ended() -> None:
    fresh = Position(0).advanced([1, 3], 3, Snapshot(own=7, xmin=7, xmax=7))
    assert fresh.gaps == (Gap(2, 2, None),)
    fenced = fresh.advanced([], 3, Snapshot(own=9, xmin=5, xmax=9))
    assert fenced.gaps == (Gap(2, 2, 9),)
    waiting = fenced.advanced([], 3, Snapshot(own=11, xmin=8, xmax=11))
    assert waiting == fenced
    assert waiting.advanced([], 3, Snapshot(own=12, xmin=9, xmax=12)) == Position(3)


def test_a_fence_is_above_every_writer_that_was_open_when_it_was_drawn() -> None:
    # 100 is open and nothing later has ended, so the snapshot ends with it; the tick itself is 101.
    fenced = Position(2, (Gap(1, 1, None),)).advanced([], 2, Snapshot(own=101, xmin=100, xmax=100))
    still_open = Snapshot(own=103, xmin=100, xmax=103)
    assert [gap[:2] for gap in fenced.advanced([], 2, still_open).gaps] == [(1, 1)]


def test_a_number_that_turns_up_leaves_the_rest_of_its_range() -> None:
    before = Position(20, (Gap(5, 9, 4), Gap(12, 12, 4)))
    waiting = Snapshot(own=10, xmin=3, xmax=10)
    assert before.advanced([7, 12], 20, waiting).gaps == (Gap(5, 6, 4), Gap(8, 9, 4))
    assert before.advanced([5, 9], 20, waiting).gaps == (Gap(6, 8, 4), Gap(12, 12, 4))
    assert before.advanced(range(5, 13), 20, waiting) == Position(20)


def test_a_fence_that_no_tick_of_this_cluster_can_have_drawn_is_drawn_afresh() -> None:
    restored = Position(9, (Gap(4, 4, 5000),))
    fenced = restored.advanced([], 9, Snapshot(own=20, xmin=20, xmax=20))
    assert fenced.gaps == (Gap(4, 4, 20),)
    assert fenced.advanced([], 9, Snapshot(own=22, xmin=21, xmax=22)) == Position(9)


def test_neighbours_with_one_fence_become_one_range() -> None:
    before = Position(2, (Gap(1, 2, None),))
    after = before.advanced([9], 9, Snapshot(own=5, xmin=5, xmax=5))
    assert after.gaps == (Gap(1, 2, 5), Gap(3, 8, None))
    later = after.advanced([], 9, Snapshot(own=6, xmin=4, xmax=6))
    assert later.gaps == (Gap(1, 2, 5), Gap(3, 8, 6))
    together = Position(9, (Gap(1, 2, None), Gap(3, 8, None)))
    assert together.advanced([], 9, Snapshot(own=6, xmin=4, xmax=6)).gaps == (Gap(1, 8, 6),)


def test_it_never_moves_back() -> None:
    assert Position(8).advanced([], 3, QUIET) == Position(8)


def test_a_position_survives_its_checkpoint() -> None:
    before = Position(9, (Gap(1, 2, None), Gap(4, 4, 7)))
    assert gaps_of(json.loads(json.dumps(before.gaps))) == before.gaps


@dataclass
class Transaction:
    """A writer's transaction."""

    xid: int
    numbers: list[int] = field(default_factory=list[int])


class Feed(RuleBasedStateMachine):
    """One feed as PostgreSQL keeps it: ids and numbers are taken in any interleaving, and what a
    snapshot shows are the numbers of those transactions that have committed by then."""

    def __init__(self) -> None:
        super().__init__()
        self.next_xid = 100
        self.head = 0
        self.open: list[Transaction] = []
        self.committed: set[int] = set()
        self.last_ended = 99
        self.at = Position(0)
        self.read: list[int] = []
        self.tick: tuple[int, int] | None = None
        self.quiet_ticks = 0

    @rule()
    def begin(self) -> None:
        self.open.append(Transaction(self._draw()))

    @precondition(lambda self: self.open)
    @rule(which=st.integers(0, 99))
    def take(self, which: int) -> None:
        self.head += 1
        self.open[which % len(self.open)].numbers.append(self.head)
        self._disturbed()

    @precondition(lambda self: self.open)
    @rule(which=st.integers(0, 99), commits=st.booleans())
    def end(self, which: int, commits: bool) -> None:
        transaction = self.open.pop(which % len(self.open))
        if commits:
            self.committed.update(transaction.numbers)
        self.last_ended = max(self.last_ended, transaction.xid)
        self._disturbed()

    @precondition(lambda self: self.tick is None)
    @rule()
    def look_and_lock(self) -> None:
        self.tick = (self.head, self._draw())

    @precondition(lambda self: self.tick is not None)
    @rule(limit=st.integers(1, 4))
    def read_and_commit(self, limit: int) -> None:
        assert self.tick is not None
        head, own = self.tick
        self.tick = None
        xmin = min([own, *(transaction.xid for transaction in self.open)])
        visible = sorted(self.committed)
        behind = [n for n in visible if n > self.at.cursor][:limit]
        filled = [n for n in visible if any(h.first <= n <= h.last for h in self.at.gaps)]
        cut = len(behind) == limit
        up_to = max(behind) if cut else max([head, *behind])
        self.at = self.at.advanced(behind + filled, up_to, Snapshot(own, xmin, self.last_ended + 1))
        self.read += filled + behind
        self.last_ended = max(self.last_ended, own)
        self.quiet_ticks = 0 if cut or self.open else self.quiet_ticks + 1

    @invariant()
    def nothing_is_read_twice(self) -> None:
        assert len(self.read) == len(set(self.read))

    @invariant()
    def nothing_is_forgotten_that_may_come(self) -> None:
        held = {n for gap in self.at.gaps for n in range(gap.first, gap.last + 1)}
        waiting = {n for transaction in self.open for n in transaction.numbers}
        to_come = (waiting | self.committed) - set(self.read)
        assert all(n > self.at.cursor or n in held for n in to_come)

    @invariant()
    def ranges_are_sorted_and_apart(self) -> None:
        for one, next_one in zip(self.at.gaps, self.at.gaps[1:], strict=False):
            assert one.last < next_one.first
            assert one.last + 1 < next_one.first or one.fence != next_one.fence

    @invariant()
    def gaps_are_empty_soon_after_the_last_transaction(self) -> None:
        # One tick reads up to the head, and two more forget.
        assert self.quiet_ticks < 3 or self.at.gaps == ()

    def teardown(self) -> None:
        while self.open:
            self.end(0, commits=True)
        for _ in range(self.head + 4):
            if self.tick is None:
                self.look_and_lock()
            self.read_and_commit(4)
        assert set(self.read) == self.committed
        assert self.at == Position(self.head)

    def _disturbed(self) -> None:
        # A tick that has looked for the head before does not count.
        self.quiet_ticks = 0 if self.tick is None else -1

    def _draw(self) -> int:
        self.next_xid += 1
        return self.next_xid


TestFeed = Feed.TestCase
TestFeed.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
