"""A text read from a sheet, and the reason for choosing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from takeoff.phrases import Box, as_json


@dataclass(frozen=True)
class Finding:
    """A text, its box on the page image (pixels), and the rule that chose it."""

    text: str
    box: Box
    rule: str

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {"text": self.text, "box": as_json(self.box), "rule": self.rule}
