"""What is explored: each model within stated bounds, and each rule taken out of it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of everything one exploration has.

    Attributes:
        model: the model's file, without the extension.
        name: what is explored, in words.
        defines: the bounds, as preprocessor definitions.
        cycles: whether runs without end are looked for as well.
        short: whether it is quick enough for every run of the suite.
    """

    model: str
    name: str
    defines: tuple[str, ...] = ()
    cycles: bool = False
    short: bool = False


@dataclass(frozen=True, slots=True)
class Mutant:
    """A model with one rule taken out; it must break a property.

    Attributes:
        rule: the definition that takes it out.
        breaks: the property that does not hold without it.
        defines: bounds that are enough to show it.
    """

    model: str
    rule: str
    breaks: str
    defines: tuple[str, ...] = ()


BOUNDS: Final = (
    Bounds("attempts", "a kill", ("KILLS=1", "DUPLICATES=1"), True, True),
    Bounds("attempts", "two kills", ("KILLS=2", "DUPLICATES=2")),
    Bounds(
        "attempts",
        "a live worker taken for lost",
        ("SUSPICIONS=1", "CANCELS=1", "KILLS=1", "DUPLICATES=1"),
    ),
    Bounds("attempts", "a lost answer", ("LOST=1", "DUPLICATES=1"), True, True),
    Bounds("attempts", "two lost answers", ("LOST=2", "DUPLICATES=1")),
    Bounds(
        "attempts",
        "two lost answers, and a live worker taken for lost",
        ("LOST=2", "SUSPICIONS=1"),
    ),
    Bounds(
        "attempts",
        "a lost answer, and a cancel",
        ("LOST=1", "SUSPICIONS=1", "CANCELS=1"),
        cycles=True,
    ),
    Bounds(
        "attempts", "a lost answer, and an expiry", ("LOST=1", "EXPIRES=1", "KILLS=1", "COUNTDOWN")
    ),
    Bounds("attempts", "a power cut", ("POWER_CUTS=1",), True, True),
    Bounds("attempts", "two power cuts", ("POWER_CUTS=2",), cycles=True),
    Bounds("attempts", "a power cut, and a lost answer", ("POWER_CUTS=1", "LOST=1")),
    Bounds("attempts", "a power cut, and a kill", ("POWER_CUTS=1", "KILLS=1", "DUPLICATES=1")),
    Bounds(
        "attempts",
        "ends without a claim",
        ("CODELESS=1", "HOPELESS=1", "EXPIRES=1", "CANCELS=1", "DUPLICATES=1", "COUNTDOWN"),
        True,
        True,
    ),
    Bounds(
        "attempts",
        "lost, early and repeated messages",
        ("LOSSES=2", "EARLY=1", "DUPLICATES=1", "COUNTDOWN"),
        True,
        True,
    ),
    Bounds("steps", "two steps, two parts", (), True, True),
    Bounds("leases", "two attempts, two outages", (), False, True),
    Bounds("feed", "two followers", ("WRITERS=2", "TOGETHER=0"), True, True),
    Bounds("feed", "two followers, three events", ("WRITERS=2", "TOGETHER=0", "TWICE=1")),
    Bounds("feed", "three writers, two of one task", ("FOLLOWERS=1",), True),
    Bounds(
        "feed",
        "a long transaction",
        ("WRITERS=2", "TOGETHER=0", "TWICE=1", "FOLLOWERS=1", "LONG=1"),
    ),
)
"""Within each of these everything holds."""

_ONE_FOLLOWER: Final = ("WRITERS=2", "TOGETHER=0", "FOLLOWERS=1")

MUTANTS: Final = (
    Mutant("attempts", "NO_ONE_WRITER", "a_closed_run_writes_nothing", ("SUSPICIONS=1",)),
    Mutant("attempts", "NO_FENCE", "a_closed_run_writes_nothing", ("SUSPICIONS=1",)),
    Mutant("attempts", "NO_CLAIM_CLEARED", "a_closed_run_writes_nothing", ("SUSPICIONS=1",)),
    Mutant(
        "attempts",
        "NO_CLAIM_PER_RUN",
        "success_is_told_by_the_run_that_committed",
        ("LOST=2", "DUPLICATES=1"),
    ),
    Mutant("attempts", "NO_COMMON_COMMIT", "at_most_one_run_commits", ("KILLS=1",)),
    Mutant("attempts", "NO_FINAL_STATE", "an_end_is_final", ("LOST=1",)),
    Mutant("attempts", "NO_ATTEMPT_OF_START", "a_stale_message_starts_nothing", ("DUPLICATES=1",)),
    Mutant(
        "attempts",
        "NO_ATTEMPT_OF_CLAIMLESS",
        "a_stale_message_ends_nothing",
        ("DUPLICATES=1", "CODELESS=1"),
    ),
    Mutant(
        "attempts", "NO_DUE_TIME", "no_attempt_starts_before_it_is_due", ("EARLY=1", "COUNTDOWN")
    ),
    Mutant("attempts", "NO_LIMIT", "attempts_are_limited"),
    Mutant("attempts", "NO_CANCEL", "an_accepted_cancel_never_succeeds", ("CANCELS=1",)),
    Mutant("attempts", "NO_CANCEL_OF_WAITING", "every_task_ends", ("CANCELS=1",)),
    Mutant("attempts", "NO_LOOK_FOR_CLAIM", "a_stored_claim_is_run", ("LOST=1",)),
    Mutant(
        "attempts", "NO_LOOK_FOR_COMMIT", "success_is_told_by_the_run_that_committed", ("LOST=1",)
    ),
    Mutant(
        "attempts",
        "NO_CLAIM_OF_END",
        "success_is_told_by_the_run_that_committed",
        ("LOST=1", "POWER_CUTS=1"),
    ),
    Mutant("attempts", "NO_WAIT_FOR_DISK", "an_answered_end_stays", ("POWER_CUTS=1",)),
    Mutant("attempts", "NO_COMMON_OUTBOX", "every_task_ends"),
    Mutant("attempts", "NO_RECONCILER", "every_task_ends", ("KILLS=1",)),
    Mutant("attempts", "NO_REDISPATCH", "every_task_ends", ("LOSSES=1",)),
    Mutant("steps", "NO_COMMON_MARK", "every_task_ends"),
    Mutant("steps", "NO_WAIT_FOR_ALL", "a_step_runs_after_all_before_it"),
    Mutant("steps", "NO_LOOK_AT_WAITING", "it_is_dispatched_once"),
    Mutant("steps", "NO_LOCK_OF_WAITING", "every_task_ends"),
    Mutant("leases", "NO_EXPIRY", "a_lost_run_is_closed_in_time"),
    Mutant("leases", "NO_LIST", "a_lost_run_is_closed_in_time"),
    Mutant("leases", "NO_SECOND_RENEWAL", "no_living_run_is_closed"),
    Mutant("leases", "NO_WATCH", "no_living_run_is_closed"),
    Mutant("leases", "NO_TIME_WITHOUT_LEASE", "no_living_run_is_closed"),
    Mutant("leases", "NO_WATCH_WITHOUT_LEASE", "no_living_run_is_closed"),
    Mutant("feed", "NO_TRANSACTION_ID_FIRST", "nothing_is_missed", _ONE_FOLLOWER),
    Mutant("feed", "NO_GAPS", "nothing_is_missed", _ONE_FOLLOWER),
    Mutant("feed", "NO_LOOK_AT_GAPS", "nothing_stays_to_be_done", _ONE_FOLLOWER),
    Mutant("feed", "NO_GAP_FENCE", "nothing_is_missed", _ONE_FOLLOWER),
    Mutant("feed", "FENCED_AT_SIGHT", "nothing_is_missed", ("FOLLOWERS=1",)),
    Mutant("feed", "FENCED_BY_XMAX", "nothing_is_missed", ("FOLLOWERS=1",)),
    Mutant("feed", "NO_COMMON_SNAPSHOT", "nothing_is_missed", _ONE_FOLLOWER),
    Mutant("feed", "NO_COMMON_CHECKPOINT", "nothing_is_missed", _ONE_FOLLOWER),
    Mutant("feed", "CACHED_NUMBERS", "nothing_is_missed", (*_ONE_FOLLOWER, "TWICE=1")),
    Mutant("feed", "NO_COMMON_ORDER", "versions_ascend", ("FOLLOWERS=1",)),
    Mutant(
        "feed",
        "NO_CHECKPOINT_LOCK",
        "every_event_is_numbered_once",
        ("WRITERS=2", "TOGETHER=0"),
    ),
)
"""Each of these breaks what it names."""

SHORT_MUTANTS: Final = tuple({mutant.breaks: mutant for mutant in reversed(MUTANTS)}.values())
"""One for each property, for every run of the suite."""
