"""The range of valid times, and the placeholder for unreadable ones."""

from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime, Field

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""Valid times lie between these; others cannot be represented by every reader."""

OUT_OF_RANGE: Final = datetime.max.replace(tzinfo=UTC)
"""Placeholder for a time that no writer could have stored (infinity, BC, the year 294276)."""


def _bounded(time: datetime) -> datetime:
    if not EARLIEST <= time <= LATEST:
        raise ValueError("a time must be in the years 2000 to 8999")
    return time


Time = Annotated[
    AwareDatetime,
    AfterValidator(_bounded),
    Field(description="With a UTC offset, in the years 2000 to 8999."),
]
"""A time in an event's data: with a UTC offset, in the years 2000 to 8999."""
