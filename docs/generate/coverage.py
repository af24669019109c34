"""`python -m docs.generate.coverage REPORT`: write docs/coverage.md and its badge.

REPORT is what `coverage json` wrote; `make coverage` runs both.
"""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from docs.generate.markdown import table

_DOCS: Final = Path(__file__).parents[1]
PAGE: Final = _DOCS / "coverage.md"
BADGE: Final = _DOCS / "images" / "coverage.svg"


@dataclass(frozen=True, slots=True)
class Covered:
    """How much of some code was run.

    Attributes:
        of: number of statements and branches.
        run: how many of these were run.
    """

    of: int = 0
    run: int = 0

    def __add__(self, other: "Covered") -> "Covered":
        return Covered(self.of + other.of, self.run + other.run)

    @property
    def percent(self) -> str:
        """The percentage to one decimal, rounded down, so that 100 % means everything."""
        return f"{self.run * 1000 // self.of / 10:.1f} %" if self.of else "100.0 %"


def by_room(report: Mapping[str, Any]) -> dict[str, Covered]:
    """The coverage of each package directly below `task_ledger`; its own modules are ''."""
    rooms: defaultdict[str, Covered] = defaultdict(Covered)
    for file, found in report["files"].items():
        parts = Path(file).parts
        summary = found["summary"]
        rooms[parts[1] if len(parts) > 2 else ""] += Covered(
            summary["num_statements"] + summary["num_branches"],
            summary["covered_lines"] + summary["covered_branches"],
        )
    return dict(sorted(rooms.items()))


def page(report: Mapping[str, Any], measured: str) -> str:
    """The text of docs/coverage.md.

    Args:
        measured: the day and the revision of the code.
    """
    rooms = by_room(report)
    rows = [(f"`task_ledger{room and '.'}{room}`", *_row(rooms[room])) for room in rooms]
    total = sum(rooms.values(), Covered())
    return f"""# Coverage

Written by `make coverage`; do not edit it.

How much of the library its own tests run, including in the processes that they start: workers,
commands, projectors and servers. Covered are statements and branches. Measured on {measured}.

{table(("package", "statements and branches", "run", "share"), rows)}
In all, {total.run:,} of {total.of:,}: **{total.percent}**. `make coverage` fails below the floor
set by `fail_under` in pyproject.toml.
"""


def badge(report: Mapping[str, Any]) -> str:
    """The badge for the README, as SVG with its number as text."""
    total = sum(by_room(report).values(), Covered()).percent
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="130" height="20" role="img">
  <title>coverage {total}</title>
  <rect width="70" height="20" rx="3" fill="#444c56"/>
  <rect x="64" width="66" height="20" rx="3" fill="#1a7f37"/>
  <rect x="64" width="8" height="20" fill="#1a7f37"/>
  <g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
    <text x="33" y="14">coverage</text>
    <text x="97" y="14">{total}</text>
  </g>
</svg>
"""


def _row(covered: Covered) -> tuple[str, str, str]:
    return f"{covered.of:,}", f"{covered.run:,}", covered.percent


def main() -> None:
    """Write the page and the badge."""
    report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    described = ["git", "-C", str(_DOCS), "describe", "--always", "--dirty"]
    revision = subprocess.run(described, capture_output=True, text=True, check=True).stdout.strip()
    PAGE.write_text(page(report, f"{datetime.now(UTC):%Y-%m-%d}, {revision}"), encoding="utf-8")
    BADGE.write_text(badge(report), encoding="utf-8")


if __name__ == "__main__":
    main()
