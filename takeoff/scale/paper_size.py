"""ISO 216 paper sizes, for scales such as 1:100 @ A1."""

from __future__ import annotations

_MM_PER_INCH = 25.4
_SIZES_MM = {
    "A0": (1189, 841),
    "A1": (841, 594),
    "A2": (594, 420),
    "A3": (420, 297),
    "A4": (297, 210),
}
_SAME = 0.02


def print_share(paper: str, size_in: tuple[float, float]) -> float | None:
    """Return the print size of a drawing made for ``paper``, such as A1, on a sheet of ``size_in``
    inches, as a share of the original; None if the sheet has no ISO size.
    """
    longer, shorter = (side * _MM_PER_INCH for side in sorted(size_in, reverse=True))
    for long, short in _SIZES_MM.values():
        if abs(longer / long - 1) <= _SAME and abs(shorter / short - 1) <= _SAME:
            return long / _SIZES_MM[paper][0]
    return None
