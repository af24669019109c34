"""`make soak MINUTES=30 RATE=20 SEED=1`: hold a load, and fail if anything grows that should not.

Without RATE, the limit of this machine is measured first, and 70 % of it is held. A projector is
killed and replaced at a third of the time, a month is retired at a half, and records are rebuilt at
two thirds. Lines of progress go to standard error, the verdicts to standard output, figures to
bench/results/soak.json and soak.csv. Ends with status 1 if a verdict does not hold, or if
something is wrong: a task unaccounted for, a refused request, an event that does not verify.
"""

import argparse
import os
import signal
import sys

from tests.soak.results import RESULTS, Outcome, keep
from tests.soak.run import SHARE, Asked, run


def main() -> int:
    """Run once; returns the process's exit code."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long the load is held")
    parser.add_argument("--rate", type=float, help="tasks per second; measured if left out")
    parser.add_argument("--share", type=float, default=SHARE, help="of the limit that is held")
    parser.add_argument("--seed", type=int, help="of the load; drawn if left out")
    told = parser.parse_args()
    # Ends what was started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    seed = int.from_bytes(os.urandom(4)) if told.seed is None else told.seed
    _show(f"seed {seed}")
    asked = Asked(seed, told.minutes * 60, told.rate, told.share)
    outcome, samples = run(asked, _show)
    keep(outcome, samples)
    print(report(outcome))
    _show(f"the figures are in {RESULTS.name}")
    return 0 if outcome.holds else 1


def report(outcome: Outcome) -> str:
    """Return the verdicts as a text table, what is wrong, and a last line."""
    lines = [f"{'':34} {'first':>12} {'last':>12} {'allowed':>12}"]
    for verdict in outcome.verdicts:
        mark = "" if verdict.holds else "  GROWS"
        lines.append(
            f"{verdict.series:34} {verdict.first:12.5g} {verdict.last:12.5g} "
            f"{verdict.allowed:12.5g} {verdict.unit}{mark}"
        )
    lines += [f"WRONG: {each}" for each in outcome.wrong]
    grows = sum(not verdict.holds for verdict in outcome.verdicts)
    lines.append(
        f"{outcome.tasks} tasks and {outcome.events} events in {outcome.seconds:.0f} s; "
        f"{grows} of {len(outcome.verdicts)} series grow; {len(outcome.wrong)} things are wrong"
    )
    return "\n".join(lines)


def _show(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
