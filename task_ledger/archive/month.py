"""Months of the log, as `2026-05`."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of task ids.

    Attributes:
        bucket: its partition, as 202605.
    """

    bucket: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read `2026-05`.

        Raises:
            ValueError: it is not a month.
        """
        found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text, re.ASCII)
        if found is None:
            raise ValueError(f"{text!r} is not a month such as 2026-05")
        return cls(int(found[1]) * 100 + int(found[2]))

    def __str__(self) -> str:
        return f"{self.bucket // 100:04}-{self.bucket % 100:02}"

    def back(self, months: int) -> "Month":
        """The month this many months earlier."""
        number = self.bucket // 100 * 12 + self.bucket % 100 - 1 - months
        return Month(number // 12 * 100 + number % 12 + 1)
