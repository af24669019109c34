"""What was read at each size, kept in results/reads.json."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.row import RESULTS as _ROWS

RESULTS = _ROWS.with_name("reads.json")


@dataclass(frozen=True)
class Figures:
    """One request's figures: times in ms, and buffers for each request."""

    kind: str
    p50_ms: float
    p99_ms: float
    buffers: float


@dataclass(frozen=True)
class Size:
    """All requests' figures at one size.

    Attributes:
        measured: the day and the revision of the code.
        fixed_work_ms: see `bench.speed`.
        reads: by name of the request.
    """

    measured: str
    fixed_work_ms: float
    reads: Mapping[str, Figures]


def read(path: Path = RESULTS) -> dict[int, Size]:
    """Return the figures by number of events, smallest first; empty if there are none."""
    if not path.exists():
        return {}
    found = json.loads(path.read_text(encoding="utf-8"))
    sizes = {
        int(events): Size(
            size["measured"],
            size["fixed_work_ms"],
            {name: Figures(**figures) for name, figures in size["reads"].items()},
        )
        for events, size in found.items()
    }
    return dict(sorted(sizes.items()))


def keep(events: int, size: Size, path: Path = RESULTS) -> None:
    """Write the figures of one size, and keep the others."""
    sizes = {**read(path), events: size}
    path.parent.mkdir(exist_ok=True)
    text = json.dumps({str(each): asdict(sizes[each]) for each in sorted(sizes)}, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
