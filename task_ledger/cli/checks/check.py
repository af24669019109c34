"""What a check of `task-ledger doctor` can find, and what it found."""

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
        found: the observed state, with figures.
        advice: what to do about it; empty if the check passed.
        condition: code of the `Condition` that was found; empty if the check passed.
    """

    name: str
    level: Level
    found: str
    advice: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A problem that a check can find.

    Attributes:
        code: its unique name, for programs.
        check: the name of the check that finds it; of several with a common beginning, that
            beginning.
        level: warn: everything works, but look at it. fail: something is broken, or a guarantee
            does not hold.
        means: what is wrong, without figures.
        advice: what to do; `{name}` stands for a value given to `found`.
        fails: when a warning becomes a failure; empty if never.
    """

    code: str
    check: str
    level: Level
    means: str
    advice: str
    fails: str = ""

    def found(self, told: str, *, check: str = "", fails: bool = False, **values: object) -> Check:
        """The condition was found.

        Args:
            told: the observed state, with figures.
            check: the whole name of the check, if `self.check` is its beginning.
            fails: whether the warning has become a failure.
            values: what the advice names.
        """
        level = Level.FAIL if fails else self.level
        return Check(check or self.check, level, told, self.advice.format(**values), self.code)

    def by_age(self, told: str, age_s: float, *, warn_s: float, fail_s: float) -> Check:
        """Found, if an age in seconds is above `warn_s`; a failure above `fail_s`."""
        if age_s <= warn_s:
            return ok(self.check, told)
        return self.found(told, fails=age_s > fail_s)


def ok(name: str, found: str) -> Check:
    """A check that passed."""
    return Check(name, Level.OK, found)


def warning(code: str, check: str, means: str, advice: str, *, fails: str = "") -> Condition:
    """A condition to look at, although everything works; `fails` says when that ends."""
    return Condition(code, check, Level.WARN, means, advice, fails)


def failure(code: str, check: str, means: str, advice: str) -> Condition:
    """A condition in which something is broken, or a guarantee does not hold."""
    return Condition(code, check, Level.FAIL, means, advice)
