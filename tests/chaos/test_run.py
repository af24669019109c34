"""A short run: every kind of fault, over every kind of task, and nothing is wrong afterwards."""

import json
from pathlib import Path
from random import Random

from tests.chaos.faults import KINDS, schedule
from tests.chaos.load import plan
from tests.chaos.run import Asked, run

SHORT = Asked(seed=1, faults=25, tasks=150, every_s=0.8)


def test_a_short_run_shows_no_violation(tmp_path: Path) -> None:
    outcome = run(SHORT, tmp_path, print)
    assert outcome.violations == [], json.dumps(outcome.figures)
    assert outcome.figures["faults"] == SHORT.faults
    assert outcome.figures["tasks"] >= SHORT.tasks
    assert min(outcome.figures["struck"].values()) >= 1


def test_a_seed_stands_for_a_load_and_a_schedule() -> None:
    assert schedule(Random(1), 100, 1.0) == schedule(Random(1), 100, 1.0)
    assert schedule(Random(1), 100, 1.0) != schedule(Random(2), 100, 1.0)
    assert plan(Random(1), 100) == plan(Random(1), 100)
    assert {fault.kind for fault in schedule(Random(1), len(KINDS), 1.0)} == set(KINDS)
