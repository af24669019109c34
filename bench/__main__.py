"""`python -m bench [--only GROUP] [--short]`: measure, print a table, write results/latest.json."""

import argparse
from collections.abc import Callable, Mapping

from bench import row
from bench.append import run as append
from bench.dispatch import run as dispatch
from bench.durable import run as durable
from bench.fold import run as fold
from bench.python_append import run as python_append
from bench.registration import run as registration
from bench.sealing import run as sealing
from bench.servers import Servers, servers
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
}


def main() -> None:
    """Run the chosen groups one after the other, each on its own servers."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", choices=GROUPS, nargs="+", default=list(GROUPS))
    parser.add_argument("--short", action="store_true", help="a few seconds each: no figures")
    chosen = parser.parse_args()
    rows: list[row.Row] = []
    for name in chosen.only:
        with servers() as running:
            rows += GROUPS[name](running, chosen.short)
    row.write(row.stamped(rows))
    print(row.table(rows))


if __name__ == "__main__":
    main()
