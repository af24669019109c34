"""One figure of a run: ours, the peer's, and the spread of the rounds."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

RESULTS = Path(__file__).parent / "results" / "latest.json"


@dataclass(frozen=True)
class Row:
    """One figure of a run.

    Attributes:
        ours, peer: medians over the rounds, in `unit`; the peer's is None if there is no peer.
        ratio: median of the rounds' own ratios, ours / peer, so that a temporary disturbance of
            the machine affects both sides.
        spread: lowest and highest ratio; without a peer, lowest and highest value of ours.
        measured: the day and the revision of the code.
    """

    name: str
    unit: str
    ours: float
    peer: float | None
    peer_name: str | None
    ratio: float | None
    spread: tuple[float, float]
    measured: str = ""


def compared(
    name: str, unit: str, ours: Sequence[float], peer: Sequence[float], peer_name: str
) -> Row:
    """Return the row for interleaved rounds, with one figure per side and round."""
    ratios = [a / b for a, b in zip(ours, peer, strict=True)]
    return Row(
        name,
        unit,
        round(median(ours), 3),
        round(median(peer), 3),
        peer_name,
        round(median(ratios), 3),
        (round(min(ratios), 3), round(max(ratios), 3)),
    )


def alone(name: str, unit: str, values: Sequence[float]) -> Row:
    """Return the row of a figure without a peer."""
    spread = (round(min(values), 3), round(max(values), 3))
    return Row(name, unit, round(median(values), 3), None, None, None, spread)


def percentile(values: Sequence[float], percent: int) -> float:
    """Return a percentile of sorted values."""
    return values[min(len(values) - 1, len(values) * percent // 100)]


def stamped(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, marked as measured today on the current revision."""
    measured = today()
    return [replace(row, measured=measured) for row in rows]


def today() -> str:
    """Return the day and the revision of the code."""
    return f"{datetime.now(UTC):%Y-%m-%d}, {revision()}"


def revision() -> str:
    """Return the revision of the code; one with changes that are not committed ends in `-dirty`."""
    described = ["git", "-C", str(RESULTS.parents[2]), "describe", "--always", "--dirty"]
    return subprocess.run(described, capture_output=True, text=True, check=True).stdout.strip()


def write(rows: Sequence[Row], path: Path = RESULTS) -> None:
    """Write the rows as JSON, keeping earlier rows that were not measured again."""
    names = {row.name for row in rows}
    kept = [row for row in read(path) if row.name not in names] if path.exists() else []
    path.parent.mkdir(exist_ok=True)
    every = [asdict(row) for row in (*kept, *rows)]
    path.write_text(json.dumps(every, indent=2) + "\n", encoding="utf-8")


def read(path: Path = RESULTS) -> list[Row]:
    """Return the rows written last.

    Raises:
        FileNotFoundError: nothing has been measured in this checkout yet; run `make bench`.
    """
    return [
        Row(**{**each, "spread": tuple(each["spread"])})
        for each in json.loads(path.read_text(encoding="utf-8"))
    ]


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a text table."""
    lines = [f"{'':44} {'ours':>10} {'peer':>10} {'ratio':>7}  spread"]
    for row in rows:
        peer = f"{row.peer:10.4g}" if row.peer is not None else f"{'':10}"
        ratio = f"{row.ratio:7.3f}" if row.ratio is not None else f"{'':7}"
        low, high = row.spread
        lines.append(
            f"{f'{row.name} ({row.unit})':44} {row.ours:10.4g} {peer} {ratio}"
            f"  {low:g} to {high:g}{f', against {row.peer_name}' if row.peer_name else ''}"
        )
    return "\n".join(lines)
