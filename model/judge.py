"""Whether an exploration came out as it has to."""

import re
from pathlib import Path
from typing import Final

from model.runs import Bounds, Mutant
from model.spin import Exploration, explore, find_cycle, find_shortest

PAGE: Final = Path(__file__).parents[1] / "docs" / "model.md"


def hold(bounds: Bounds) -> tuple[Exploration, str | None]:
    """Explore a model within bounds.

    Returns:
        What was found, and what is wrong with it; None when everything holds, the search was
        complete, and docs/model.md tells as many states.

    Raises:
        SpinFailed: nothing is known.
    """
    found = explore(bounds.model, bounds.defines, small=bounds.short)
    if found.error:
        return found, found.error
    if not found.complete:
        return found, "not all states were looked at"
    told = states_told(bounds)
    if told != found.states:
        return found, f"docs/model.md tells {told} states"
    if bounds.cycles:
        cycle = find_cycle(bounds.model, bounds.defines, small=bounds.short)
        if cycle.error or not cycle.complete:
            return found, f"a run without end: {cycle.error or 'not all states were looked at'}"
    return found, None


def breaks(mutant: Mutant) -> tuple[Exploration, str | None]:
    """Look for the shortest run that breaks what a mutant has to break.

    Returns:
        What was found, and what is wrong with it; None when that very property is broken.

    Raises:
        SpinFailed: nothing is known.
    """
    found = find_shortest(mutant.model, defines_of(mutant))
    if found.broken != mutant.breaks:
        return found, f"{mutant.breaks} holds without {mutant.rule}: {found.error or 'no error'}"
    return found, None


def defines_of(mutant: Mutant) -> tuple[str, ...]:
    """A mutant's definitions: without its rule, and watched for one property alone."""
    return (mutant.rule, f"ONLY={mutant.breaks}", *mutant.defines)


def states_told(bounds: Bounds) -> int | None:
    """How many states docs/model.md tells of an exploration; None when it has no row of it."""
    cells = rf"^\| {re.escape(bounds.model)} \| {re.escape(bounds.name)} \|.*\| ([\d,]+) \|$"
    row = re.search(cells, PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return int(row[1].replace(",", "")) if row else None
