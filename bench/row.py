"""One figure: what it is, ours, the peer's, and how far the rounds lay apart."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

RESULTS = Path(__file__).parent / "results" / "latest.json"


@dataclass(frozen=True)
class Row:
    """A figure of a run.

    Attributes:
        ours, peer: medians over the rounds, in `unit`; the peer's is None where there is none.
        ratio: the median of the rounds' own ratios, ours / peer, so that what disturbs the
            machine for a while disturbs both sides of it.
        spread: the lowest and the highest of what `ratio` is the median of; of ours without a
            peer.
    """

    name: str
    unit: str
    ours: float
    peer: float | None
    peer_name: str | None
    ratio: float | None
    spread: tuple[float, float]


def compared(
    name: str, unit: str, ours: Sequence[float], peer: Sequence[float], peer_name: str
) -> Row:
    """The row of interleaved rounds, one figure of each side per round."""
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
    """The row of a figure that has no peer."""
    spread = (round(min(values), 3), round(max(values), 3))
    return Row(name, unit, round(median(values), 3), None, None, None, spread)


def write(rows: Sequence[Row], path: Path = RESULTS) -> None:
    """Write the rows as JSON, over those of the run before."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps([asdict(row) for row in rows], indent=2) + "\n", encoding="utf-8")


def table(rows: Sequence[Row]) -> str:
    """The rows for people."""
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
