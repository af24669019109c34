"""What a check says."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor's.

    Attributes:
        name: what was looked at.
        found: what is the case.
        advice: what to do about it; empty when it is as it should be.
    """

    name: str
    level: Level
    found: str
    advice: str = ""


def ok(name: str, found: str) -> Check:
    """It is as it should be."""
    return Check(name, Level.OK, found)


def warn(name: str, found: str, advice: str) -> Check:
    """It works, but look at it."""
    return Check(name, Level.WARN, found, advice)


def fail(name: str, found: str, advice: str) -> Check:
    """A promise of the ledger does not hold, or something does not work."""
    return Check(name, Level.FAIL, found, advice)


def by_age(
    name: str, found: str, advice: str, age_s: float, *, warn_s: float, fail_s: float
) -> Check:
    """Ok, warn or fail by an age in seconds."""
    level: Callable[..., Check] = fail if age_s > fail_s else warn
    return level(name, found, advice) if age_s > warn_s else ok(name, found)
