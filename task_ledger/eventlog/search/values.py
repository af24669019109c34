"""Parses the values of a query: times, durations, numbers, ids and patterns."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Final
from uuid import UUID

from task_ledger.model.timestamps import EARLIEST, LATEST

_TIME: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(?:(:\d{2})(\.\d{1,6})?)?)?([Zz]|[+-]\d{2}:\d{2})?"
)
_DURATION: Final = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+")
_AMOUNT: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")
_UNITS: Final = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_LONGEST: Final = timedelta(days=3660)
_PART_OF_ID: Final = re.compile(r"[0-9a-f-]{4,36}")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as precise as written: a day, a minute, a second, or exact.

    Attributes:
        start, end: the interval it covers; the end is excluded.
    """

    start: datetime
    end: datetime


def moment_of(text: str, now: datetime) -> Moment:
    """Parse a date, a date with a time of day, or a duration ago; UTC without a zone.

    Raises:
        ValueError: the text is none of these, or not a valid time of an event.
    """
    if _DURATION.fullmatch(text):
        at = now - duration_of(text)
        return Moment(at, at + timedelta(microseconds=1))
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError("write a time as 2026-10-19, 2026-10-19T14:30Z, or as 2h for 2 hours ago")
    day, minute, seconds, fraction, zone = found.groups()
    try:
        start = datetime.fromisoformat(
            f"{day}T{minute or '00:00'}{seconds or ':00'}{fraction or ''}"
            f"{(zone or 'Z').upper().replace('Z', '+00:00')}"
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("this time does not exist") from None
    if not EARLIEST <= start < LATEST - timedelta(days=1):
        raise ValueError("a time must be in the years 2000 to 8999")
    if fraction:
        return Moment(start, start + timedelta(microseconds=1))
    length = timedelta(seconds=1) if seconds else timedelta(minutes=1)
    return Moment(start, start + (length if minute else timedelta(days=1)))


def duration_of(text: str) -> timedelta:
    """A duration: 90s, 5m, 1h30m, 2d, 1w, 250ms.

    Raises:
        ValueError: the text is not a duration, or is longer than ten years.
    """
    if not _DURATION.fullmatch(text):
        raise ValueError("write a duration as 90s, 5m, 1h30m, 2d or 250ms")
    try:
        duration = sum(
            (float(amount) * _UNITS[unit] for amount, unit in _AMOUNT.findall(text)), timedelta()
        )
    except OverflowError:
        duration = timedelta.max
    if duration > _LONGEST:
        raise ValueError("a duration is at most ten years")
    return duration


def number_of(text: str) -> float:
    """A finite number.

    Raises:
        ValueError: the text is not a number.
    """
    try:
        number = float(text) if text.isascii() and "_" not in text else float("nan")
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise ValueError("write a number, as 3 or 99.5")
    return number


def id_of(text: str) -> UUID | str:
    """Parse an id, or at least four characters of its beginning or end, to lower case.

    Raises:
        ValueError: it is neither.
    """
    part = text.lower()
    if not _PART_OF_ID.fullmatch(part) or part.strip("-") == "":
        raise ValueError("write an id, or at least 4 hexadecimal digits of its beginning or end")
    if len(part) == 36 or len(part) == 32:
        try:
            return UUID(part)
        except ValueError:
            raise ValueError("this is not an id") from None
    return part


def like(text: str, *, wildcards: bool = False) -> str:
    """`text` as a LIKE pattern for itself; with `wildcards`, a `*` in it is any text."""
    for special in ("\\", "%", "_"):
        text = text.replace(special, f"\\{special}")
    return text.replace("*", "%") if wildcards else text
