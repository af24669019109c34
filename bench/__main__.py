"""`python -m bench [--only GROUP] [--short]`: measure, print a table, write results/latest.json.

The group `reads` writes results/reads.json instead, one size after the other. A size that was
measured at the current revision is kept, so an interrupted run can be continued.
"""

import argparse
import signal
import sys
from collections.abc import Callable, Mapping, Sequence

from bench import row
from bench.append import run as append
from bench.dispatch import run as dispatch
from bench.durable import run as durable
from bench.fold import run as fold
from bench.idle import run as idle
from bench.python_append import run as python_append
from bench.reads import results
from bench.reads import run as reads
from bench.registration import run as registration
from bench.sealing import run as sealing
from bench.servers import STATEMENTS, Servers, servers
from bench.tracking import run as tracking
from bench.visible import run as visible

GROUPS: Mapping[str, Callable[[Servers, bool], list[row.Row]]] = {
    "append": append.measure,
    "python": python_append.measure,
    "registration": registration.measure,
    "tracking": tracking.measure,
    "dispatch": dispatch.measure,
    "durable": durable.measure,
    "visible": visible.measure,
    "fold": fold.measure,
    "sealing": sealing.measure,
    "idle": idle.measure,
}
COUNTED = {"idle"}
"""Groups for which PostgreSQL counts statements; the others are measured without that."""

READS = "reads"


def main() -> None:
    """Run the chosen groups one after the other, each on its own servers."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", choices=[*GROUPS, READS], nargs="+", default=[*GROUPS, READS])
    parser.add_argument("--short", action="store_true", help="a few seconds each: no figures")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=reads.SIZES, help="numbers of events for reads"
    )
    chosen = parser.parse_args()
    # Ends what was started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    rows: list[row.Row] = []
    for name in chosen.only:
        if name == READS:
            _read(chosen.sizes, chosen.short)
            continue
        with servers(STATEMENTS if name in COUNTED else None) as running:
            rows += GROUPS[name](running, chosen.short)
    if rows:
        row.write(row.stamped(rows))
        print(row.table(rows))


def _read(sizes: Sequence[int], short: bool) -> None:
    """Measure reads; a short run is thrown away."""
    if short:
        with servers(STATEMENTS) as running:
            reads.measured(running, reads.SHORT, 1)
    else:
        reads.measure(sizes)
        print(f"the figures are in {results.RESULTS.name}")


if __name__ == "__main__":
    main()
