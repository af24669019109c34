"""The result of one check."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """The severity of a result."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor's output.

    Attributes:
        name: what was checked.
        found: the observed state.
        advice: what to do about it; empty if the check passed.
    """

    name: str
    level: Level
    found: str
    advice: str = ""


def ok(name: str, found: str) -> Check:
    """A check that passed."""
    return Check(name, Level.OK, found)


def warn(name: str, found: str, advice: str) -> Check:
    """A check that found something to look at, although everything works."""
    return Check(name, Level.WARN, found, advice)


def fail(name: str, found: str, advice: str) -> Check:
    """A check that found something broken, or a guarantee that does not hold."""
    return Check(name, Level.FAIL, found, advice)


def by_age(
    name: str, found: str, advice: str, age_s: float, *, warn_s: float, fail_s: float
) -> Check:
    """Return ok, warn or fail, depending on an age in seconds."""
    level: Callable[..., Check] = fail if age_s > fail_s else warn
    return level(name, found, advice) if age_s > warn_s else ok(name, found)
