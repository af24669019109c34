"""`python -m model [--short] [--show RULE]`: explore the models, and each without its rules.

Prints a table; the status is 1 if something did not come out as it has to, and 2 if Spin is
missing.
"""

import argparse
import sys
from collections.abc import Sequence

from model.judge import breaks, hold
from model.runs import BOUNDS, MUTANTS, SHORT_MUTANTS, Mutant
from model.spin import missing

_WIDTH = 62


def main() -> int:
    """Run what is asked for; returns the exit status."""
    parser = argparse.ArgumentParser(prog="model", description=__doc__)
    parser.add_argument(
        "--short", action="store_true", help="small bounds, and one rule for each property"
    )
    parser.add_argument(
        "--show",
        metavar="RULE",
        choices=[mutant.rule for mutant in MUTANTS],
        help="tell the shortest run that goes wrong without a rule",
    )
    chosen = parser.parse_args()
    absent = missing()
    if absent:
        sys.stderr.write(f"{absent}\n")
        return 2
    if chosen.show:
        return _show(chosen.show)
    wrong = [_bounds(short=chosen.short), _mutants(SHORT_MUTANTS if chosen.short else MUTANTS)]
    return int(any(wrong))


def _bounds(*, short: bool) -> bool:
    wrong = False
    print(f"{'everything holds':{_WIDTH}} {'states':>10} {'seconds':>8}")
    for bounds in BOUNDS:
        if short and not bounds.short:
            continue
        found, why = hold(bounds)
        name = f"{bounds.model}: {bounds.name}"
        print(
            f"{name:{_WIDTH}} {found.states:>10,} {found.seconds:>8.1f}  {_word(why)}", flush=True
        )
        wrong = wrong or why is not None
    return wrong


def _mutants(mutants: Sequence[Mutant]) -> bool:
    wrong = False
    print(f"\n{'without a rule, this breaks':{_WIDTH}} {'states':>10} {'steps':>8}")
    for mutant in mutants:
        found, why = breaks(mutant)
        name = f"{mutant.rule}: {mutant.breaks}"
        figures = f"{found.states:>10,} {len(found.steps):>8}"
        print(f"{name:{_WIDTH}} {figures}  {_word(why)}", flush=True)
        wrong = wrong or why is not None
    return wrong


def _word(why: str | None) -> str:
    return f"WRONG: {why}" if why else "as it has to be"


def _show(rule: str) -> int:
    mutant = next(mutant for mutant in MUTANTS if mutant.rule == rule)
    found, why = breaks(mutant)
    for step in found.steps:
        print(step)
    print(why or f"now {mutant.breaks} is broken")
    return int(why is not None)


if __name__ == "__main__":
    sys.exit(main())
