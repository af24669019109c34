"""`make chaos FAULTS=200 TASKS=1000 SEED=1`: break everything, then prove that nothing is wrong.

Lines of progress go to standard error; the last line of standard output is one JSON object. Ends
with status 1 if there is a violation, and then keeps the run's folder: its logs, the schedule,
what was injected, and an export of the log.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from tests.chaos.load import SHARES, urandom_seed
from tests.chaos.run import Asked, Outcome, run


def main() -> int:
    """Run once; returns the process's exit code."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--faults", type=_some, default=200, help="how many are injected")
    parser.add_argument("--tasks", type=_some, default=1000, help="how many routes register")
    parser.add_argument("--seed", type=int, help="of load and schedule; drawn if left out")
    parser.add_argument("--every", type=float, default=1.0, help="mean seconds between two faults")
    parser.add_argument(
        "--most", type=float, default=float("inf"), help="seconds after which nothing new comes"
    )
    parser.add_argument("--bound", type=float, default=120.0, help="seconds until all has ended")
    parser.add_argument("--without", nargs="+", default=[], choices=SHARES, help="kinds of tasks")
    parser.add_argument("--keep", action="store_true", help="keep the folder in any case")
    told = parser.parse_args()
    seed = urandom_seed() if told.seed is None else told.seed
    asked = Asked(
        seed, told.faults, told.tasks, told.every, told.bound, tuple(told.without), told.most
    )
    folder = Path(tempfile.mkdtemp(prefix="task-ledger-chaos-"))
    folder.chmod(0o755)
    _show(f"seed {seed}; {folder}")
    try:
        outcome = run(asked, folder, _show)
    except BaseException:
        _show(f"see {folder}")
        raise
    _report(outcome)
    if outcome.violations or told.keep:
        _show(f"kept: {folder}")
    else:
        shutil.rmtree(folder)
    print(json.dumps(outcome.figures), flush=True)
    return 1 if outcome.violations else 0


def _some(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _report(outcome: Outcome) -> None:
    for violation in outcome.violations[:200]:
        _show(f"VIOLATION {violation}")
    if len(outcome.violations) > 200:
        _show(f"and {len(outcome.violations) - 200} more")


def _show(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
