"""Times: which ones may be written, and what stands for those that cannot be read."""

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, Field

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""What is written lies between: other times do not survive every reader's calendar."""

OUT_OF_RANGE: Final = datetime.max.replace(tzinfo=UTC)
"""Stands for a time that no writer could have passed (infinity, before Christ, the year 294276)."""


def _bounded(time: datetime) -> datetime:
    if not EARLIEST <= time <= LATEST:
        raise ValueError("a time lies in the years 2000 to 8999")
    return time


Time = Annotated[
    AwareDatetime,
    AfterValidator(_bounded),
    Field(description="With a UTC offset, in the years 2000 to 8999."),
]
"""A time in an event's data: with a UTC offset, in the years 2000 to 8999."""
