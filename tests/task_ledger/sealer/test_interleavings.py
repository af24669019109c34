"""Whatever happens to sealers, ledger, state and store: checkpoints extend each other."""

import contextlib
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from task_ledger.sealer.errors import SealRefused, StateUnavailable, StoreUnavailable
from task_ledger.sealer.head_log import head_checkpoint
from task_ledger.sealer.merkle import root_of
from task_ledger.sealer.sealer import Limits, Sealer
from task_ledger.sealer.state import State, create_state
from tests.servers import quick_folder
from tests.task_ledger.sealer.breaking import (
    BreakingSource,
    BreakingStore,
    Killed,
    Steps,
    watched,
)
from tests.task_ledger.sealer.ledgers import Ledger
from tests.task_ledger.sealer.logs import Log

PROJECTS = st.sampled_from(["riverside", "harbour", "tower"])
STEPS = st.none() | st.integers(0, 25)
LIMITS = Limits(read=40, recheck=60, cover_every_s=30)


class Sealing(RuleBasedStateMachine):
    """A log, a ledger that is only appended to (but for what a rule undoes again), two sealers."""

    def __init__(self) -> None:
        super().__init__()
        self._end = contextlib.ExitStack()
        outside = Path(self._end.enter_context(tempfile.TemporaryDirectory()))
        self.log = Log(self._end.enter_context(quick_folder(outside)))
        self.ledger = Ledger()
        self.steps = Steps()
        self.roots: dict[int, bytes] = {}
        self.kept: Path | None = None
        self.filled = False
        self.standing: list[Sealer | None] = [None, None]

    @initialize()
    def open_log(self) -> None:
        self.keep_the_state()

    def sealer(self, state: Path | None = None) -> Sealer:
        return Sealer(
            state or self.log.state,
            BreakingSource(self.ledger, self.steps),
            BreakingStore(self.log.store, self.steps),
            watched(self.log.keys, self.steps),
            limits=LIMITS,
            clock=lambda: self.log.now,
        )

    def tick(self, sealer: Sealer, kill: int | None = None, full: int | None = None) -> bool:
        """Whether the tick came to its end."""
        self.steps.left, self.steps.full = kill, full
        try:
            sealer.tick()
        except Killed:
            sealer.close()
            return False
        except StoreUnavailable:
            return False
        finally:
            self.steps.left = self.steps.full = None
        return True

    def end_sealers(self) -> None:
        for sealer in self.standing:
            if sealer is not None:
                sealer.close()
        self.standing = [None, None]

    @rule(project_id=PROJECTS, events=st.integers(1, 30))
    def append(self, project_id: str, events: int) -> None:
        self.ledger.append(project_id, events)

    @rule(seconds=st.integers(1, 40))
    def wait(self, seconds: int) -> None:
        self.log.now += seconds

    @rule(which=st.integers(0, 1), kill=STEPS, full=STEPS)
    def one_of_two_ticks(self, which: int, kill: int | None, full: int | None) -> None:
        sealer = self.standing[which] = self.standing[which] or self.sealer()
        if not self.tick(sealer, kill, full):
            sealer.close()
            self.standing[which] = None

    @precondition(lambda self: not self.filled)
    @rule(many=st.integers(200, 300))
    def fill_a_tile(self, many: int) -> None:
        self.end_sealers()
        self.filled = True
        state = State(self.log.state)
        with state.transaction():
            state.execute_many(
                "INSERT INTO waiting (entry) VALUES (?)", [(b"%d" % n,) for n in range(many)]
            )
        state.close()

    @rule()
    def keep_the_state(self) -> None:
        self.end_sealers()
        self.kept = self.log.state.with_suffix(".kept")
        shutil.copy(self.log.state, self.kept)

    @rule(kill=STEPS)
    def an_older_state_ticks(self, kill: int | None) -> None:
        """A backup of the state, beside the true one or in its place for a while."""
        self.end_sealers()
        assert self.kept is not None
        older = self.log.state.with_suffix(".older")
        shutil.copy(self.kept, older)
        published, known = self._published(), _entries(older)
        sealer = self.sealer(older)
        try:
            ended = self.tick(sealer, kill)
            assert not ended or published <= known
        except SealRefused:
            pass
        sealer.close()
        # One of the two has what is in the store, and seals on.
        self.log.now += 30
        with self.sealer() as sealer:
            try:
                sealer.tick()
            except SealRefused:
                shutil.copy(older, self.log.state)
        with self.sealer() as sealer:
            sealer.tick()

    def _published(self) -> int:
        return self.log.checkpoint().size if (self.log.public / "checkpoint").exists() else 0

    @rule()
    def the_state_is_lost(self) -> None:
        self.end_sealers()
        aside = self.log.state.with_suffix(".aside")
        self.log.state.rename(aside)
        with self.sealer() as sealer, contextlib.suppress(StateUnavailable):
            sealer.tick()
            raise AssertionError("a state was made anew")
        create_state(self.log.state, self.log.origin, self.log.now)
        published = (self.log.public / "checkpoint").exists()
        signed = len(self.steps.signed)
        with self.sealer() as sealer, contextlib.suppress(SealRefused):
            if published:
                sealer.tick()
                raise AssertionError("a new state published over the log")
        assert len(self.steps.signed) == signed
        aside.replace(self.log.state)

    @rule(project_id=PROJECTS, back=st.integers(1, 30))
    def an_older_ledger_is_put_in_place_for_a_while(self, project_id: str, back: int) -> None:
        self.end_sealers()
        kept = self.ledger.backup()
        del self.ledger.projects.get(project_id, [])[-back:]
        lost = len(self.ledger.projects.get(project_id, [])) < self._read(project_id)
        signed = len(self.steps.signed)
        with self.sealer() as sealer:
            try:
                sealer.tick()
                assert not lost
            except SealRefused:
                assert lost
                assert len(self.steps.signed) == signed
        self.ledger.restore(kept)
        if not lost:
            # What was sealed meanwhile is a beginning of what is stored now.
            with self.sealer() as sealer:
                sealer.tick()

    def _read(self, project_id: str) -> int:
        state = State(self.log.state)
        row = state.one("SELECT size FROM project WHERE project_id = ?", project_id)
        state.close()
        return row[0] if row else 0

    @invariant()
    def no_two_checkpoints_of_a_size_differ(self) -> None:
        for checkpoint in self.steps.signed:
            assert self.roots.setdefault(checkpoint.size, checkpoint.root) == checkpoint.root

    def teardown(self) -> None:
        try:
            self.end_sealers()
            self._seal_to_the_end()
        finally:
            self._end.close()

    def _seal_to_the_end(self) -> None:
        with self.sealer() as sealer:
            while True:
                self.log.now += 60
                if sealer.tick().read == 0:
                    break
        leaves = self.log.leaves()
        for size, root in self.roots.items():
            assert root_of(leaves[:size]) == root, "a checkpoint is none of the log's"
        state = State(self.log.state)
        found = state.all("SELECT project_id, sealed, root FROM project ORDER BY project_id")
        state.close()
        assert found == [
            (project_id, len(events), root_of(self.ledger.leaves(project_id)))
            for project_id, events in sorted(self.ledger.projects.items())
        ]


def _entries(path: Path) -> int:
    state = State(path)
    try:
        return head_checkpoint(state).size
    finally:
        state.close()


TestSealing = Sealing.TestCase
TestSealing.settings = settings(
    max_examples=30,
    stateful_step_count=25,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
